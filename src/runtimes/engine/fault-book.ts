/**
 * The faults in force, by number: added from plain data, taken back one by one or all at once.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Fault, FaultKind, FaultSpec } from '../../kernel/rule';
import { ConfigError } from '../../kernel/schema';

export interface Entry {
  readonly id: number;
  readonly spec: FaultSpec;
  readonly text: string;
  readonly fault: Fault;
}

export class FaultBook {
  private entries: readonly Entry[] = [];
  private lastId = 0;

  constructor(private readonly kinds: ReadonlyMap<string, FaultKind>) {}

  get all(): readonly Entry[] {
    return this.entries;
  }

  /** Throws a `ConfigError` when there is no such kind of fault, or its data is wrong. */
  add(spec: FaultSpec): Entry {
    const kind = this.kinds.get(spec.kind);
    if (kind === undefined) {
      throw new ConfigError(`there is no fault ${spec.kind} (there are ${[...this.kinds.keys()].join(', ')})`);
    }
    const parsed = kind.parse(spec);
    const entry = { id: ++this.lastId, spec: parsed, text: kind.describe(parsed), fault: kind.make(parsed) };
    this.entries = [...this.entries, entry];
    return entry;
  }

  remove(id: number): Entry | undefined {
    const gone = this.entries.find((entry) => entry.id === id);
    this.entries = this.entries.filter((entry) => entry !== gone);
    return gone;
  }

  clear(): readonly Entry[] {
    const gone = this.entries;
    this.entries = [];
    return gone;
  }
}

/** Whether a fault has anything to strike among these nodes and doors. */
export function strikesAnything(fault: Fault, ids: readonly NodeId[]): boolean {
  if (fault.box !== undefined && ids.some((id) => fault.box?.strikes(id))) return true;
  return fault.link?.reach.some(({ from, to }) => ids.some(from) && ids.some(to)) === true;
}
