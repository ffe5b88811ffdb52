/**
 * How the group of a copy is led: what all of its members have to be told alike. The founders are told by their config,
 * everybody later by the primary that takes it in; after that it stands on the disk, and no config changes it.
 */
import { Schema, type Static } from '../../kernel/schema';
import { rulesShape } from '../../protocols/replication';
import type { CopiesConfig } from './settings';

export type Rules = Readonly<Static<typeof rulesShape>>;

const shape = new Schema(rulesShape);

export function rulesOf({ succession, observers }: CopiesConfig): Rules {
  return { succession, observers };
}

export function encodeRules(rules: Rules): Uint8Array {
  return Buffer.from(JSON.stringify(rules));
}

/** Throws an error when the bytes say nothing that makes sense. */
export function decodeRules(bytes: Uint8Array): Rules {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!shape.accepts(value)) throw new Error(`it cannot be told how this group is led: ${shape.problem(value)}`);
  return value;
}
