/**
 * Registers as versions: who wrote what somebody read, and which of two writes came first. For this every value is
 * written once per key, so that a value names its write.
 */
import { inWords, type Operation, type Reading, read, refuse } from './history';
import { brief, type Identity, identityOf } from './value';

/** What names operations that read and that write, where a history calls them otherwise. */
export interface VersionOptions {
  /** What reads; `read` and `get` by default. */
  readonly reads?: readonly string[];
  /** What writes; `write` and `put` by default. */
  readonly writes?: readonly string[];
  /** Whether a value stood there in the beginning; by default only nil did. */
  readonly isInitial?: (value: unknown, key: string | undefined) => boolean;
  /**
   * The place of a write in the log of the store, where it is known. Without it a write comes before another if it had
   * ended when the other was called: true of one primary, not of stores that put writes in order later.
   */
  readonly positionOf?: (write: Operation) => number | undefined;
}

/** A read and the write whose value it got; none stands for what was there in the beginning. */
export interface ReadOf {
  readonly read: Operation;
  readonly version: Operation | undefined;
}

export class Versions {
  /** Reads and writes in the order of their calls; those that failed are left out. */
  readonly operations: readonly Operation[];
  readonly writes: readonly Operation[];
  /** Acknowledged reads in the order of their calls. */
  readonly reads: readonly ReadOf[];
  /** Reads of what nobody wrote, or of what was said to have failed. */
  readonly strays: readonly { readonly read: Operation; readonly failed: Operation | undefined }[];

  private constructor(
    operations: readonly Operation[],
    private readonly writers: ReadonlyMap<string | undefined, ReadonlyMap<Identity, Operation>>,
    private readonly options: VersionOptions,
  ) {
    const { reads = defaultReads, writes = defaultWrites, isInitial = isNil } = options;
    this.operations = operations;
    this.writes = operations.filter(({ f, outcome }) => writes.includes(f) && outcome !== 'fail');
    const found: ReadOf[] = [];
    const strays: { read: Operation; failed: Operation | undefined }[] = [];
    for (const one of operations) {
      if (!reads.includes(one.f) || one.outcome !== 'ok') continue;
      const version = this.writers.get(one.key)?.get(identityOf(one.output));
      const isStray = version === undefined ? !isInitial(one.output, one.key) : version.outcome === 'fail';
      if (isStray) strays.push({ read: one, failed: version });
      else found.push({ read: one, version });
    }
    this.reads = found;
    this.strays = strays;
  }

  /** Refuses a history in which a value is written twice to a key. */
  static of(operations: readonly Operation[], options: VersionOptions): Reading<Versions> {
    const { reads = defaultReads, writes = defaultWrites } = options;
    const writers = new Map<string | undefined, Map<Identity, Operation>>();
    const ours = operations.filter(({ f }) => reads.includes(f) || writes.includes(f)).sort((a, b) => a.call - b.call);
    for (const write of ours) {
      if (!writes.includes(write.f)) continue;
      const values = writers.get(write.key) ?? new Map<Identity, Operation>();
      writers.set(write.key, values);
      const value = identityOf(write.input);
      const earlier = values.get(value);
      if (earlier !== undefined) {
        return refuse(
          write.line,
          `${inWords(write, brief)}: line ${earlier.line} writes the same value; it must be unique`,
        );
      }
      values.set(value, write);
    }
    return read(new Versions(ours, writers, options));
  }

  /** Whether a version is certainly older than another; the beginning is older than all. */
  isOlder(version: Operation | undefined, than: Operation): boolean {
    if (version === undefined) return true;
    if (version === than) return false;
    const [a, b] = [this.options.positionOf?.(version), this.options.positionOf?.(than)];
    return a !== undefined && b !== undefined ? a < b : version.end < than.call;
  }
}

/** A version in words: `7 of line 3`, or `the beginning`. */
export function versionInWords(version: Operation | undefined): string {
  return version === undefined ? 'what was there in the beginning' : `${brief(version.input)} (line ${version.line})`;
}

const defaultReads: readonly string[] = ['read', 'get'];
const defaultWrites: readonly string[] = ['write', 'put'];

function isNil(value: unknown): boolean {
  return value === null || value === undefined;
}
