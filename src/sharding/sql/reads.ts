/**
 * SELECT: which shards it concerns, and in which of three ways it is answered from them.
 *
 * 1. *whole*: all it touches lies on one shard, which answers it as it stands.
 * 2. *partial*: its tables are joined by their shard keys, so that each shard can answer for the rows that it has; what they
 *    answer is put together.
 * 3. *gather*: the rows that it needs of each table are fetched, and it is answered over them.
 */
import type { SqlValue } from '../../protocols/sql';
import { placesOf, shardsOf } from './bound';
import type { Context, Merged, Part, Place, Request, Whole } from './context';
import { Names, type Scope } from './names';
import type { Parsed } from './parse';
import { NotTaken, type Refused } from './refusal';
import type { Schema } from './schema';
import { type Access, type Colocation, colocationOf, survey } from './survey';
import type { Select } from './tree';

/** A SELECT without its parameters. */
export interface Reading {
  readonly kind: 'read';
  readonly parsed: Parsed;
  readonly select: Select;
  readonly names: Names;
  readonly scope: Scope;
  readonly accesses: readonly Access[];
  readonly colocation: Colocation;
}

/** Several shards are asked; what they answer is merged. */
export interface Scatter {
  readonly kind: 'scatter';
  readonly way: 'partial' | 'gather';
  /** Everybody who is asked something. */
  readonly shards: readonly string[];
  readonly requests: readonly Request[];
  /** @param answers for each request what its shards answered, in any order. */
  merge(answers: readonly (readonly Part[])[]): Merged | Refused;
}

export function prepareRead(parsed: Parsed, select: Select, schema: Schema): Reading {
  const names = new Names(schema);
  const scope = names.query(select, undefined);
  const accesses = survey(scope, names);
  return { kind: 'read', parsed, select, names, scope, accesses, colocation: colocationOf(accesses) };
}

export function bindRead(
  reading: Reading,
  parameters: readonly SqlValue[],
  context: Context,
): (Whole & { isAnywhere: boolean }) | Scatter {
  const { accesses, parsed } = reading;
  const places: Place[] = [];
  let isBound = true;
  for (const access of accesses) {
    const found = placesOf(access, parameters);
    if (found === undefined) isBound = false;
    else places.push(...found);
  }
  const [first] = context.shards;
  if (first === undefined) throw new NotTaken('not-distributable', 'there are no shards');
  const shards = isBound ? shardsOf(places, context) : context.shards;
  if (shards.length <= 1) {
    const [shard = first] = shards;
    const statements = [{ statement: parsed.text, parameters }];
    return { kind: 'whole', shard, statements, places, writes: false, isAnywhere: shards.length === 0 };
  }
  throw new NotTaken('not-distributable', `it asks ${shards.length} shards`);
}
