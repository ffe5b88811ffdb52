/**
 * The four session guarantees (Terry, Demers, Petersen, Spreitzer, Theimer & Welch 1994, "Session guarantees for weakly
 * consistent replicated data"). A process is a session. What a session has written and seen, and what those had written
 * and seen whose writes it saw, must show in what it reads:
 *
 * - read your writes: not older than what it wrote itself;
 * - monotonic reads: not older than what it saw before;
 * - monotonic writes: who sees a write sees what its session had written before;
 * - writes follow reads: who sees a write sees what its session had seen before it wrote.
 */
import { type Breach, type Judged, judgedBy } from './breach';
import { inWords, type Operation } from './history';
import { brief } from './value';
import { type VersionOptions, Versions, versionInWords } from './versions';

export const sessionGuarantees = [
  'read your writes',
  'monotonic reads',
  'monotonic writes',
  'writes follow reads',
] as const;
export type SessionGuarantee = (typeof sessionGuarantees)[number];

export interface SessionOptions extends VersionOptions {
  /** Which are demanded; all by default. */
  readonly guarantees?: readonly SessionGuarantee[];
}

/**
 * Judges what each session was promised. Values must be unique per key.
 *
 * @example
 * checkSessions(operations, { guarantees: ['read your writes', 'monotonic reads'] }).verdict;
 */
export function checkSessions(operations: readonly Operation[], options: SessionOptions = {}): Judged {
  const versions = Versions.of(operations, options);
  if (!versions.ok) return { verdict: 'unreadable', problem: versions.problem };
  return new Sessions(versions.value, options.guarantees ?? sessionGuarantees).judge();
}

/** What a session did up to some moment: its writes and what it saw, by key, in order. */
interface Past {
  readonly writes: Map<string | undefined, Operation[]>;
  readonly seen: Map<string | undefined, { readonly version: Operation; readonly at: number }[]>;
  /** By session, the last of its writes whose effect was seen here. */
  readonly met: Map<string, Operation>;
}

class Sessions {
  private readonly pasts = new Map<string, Past>();
  private readonly breaches: Breach[] = [];

  constructor(
    private readonly versions: Versions,
    private readonly guarantees: readonly SessionGuarantee[],
  ) {}

  judge(): Judged {
    const { reads } = this.versions;
    // In the order of ends: whatever a read can have seen the effects of was done, and is known, by then.
    const operations = [...this.versions.operations].sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
    const versionOf = new Map(reads.map(({ read, version }) => [read, version]));
    const isWrite = new Set(this.versions.writes);
    for (const operation of operations) {
      const past = this.pastOf(operation.process);
      if (isWrite.has(operation)) push(past.writes, operation.key, operation);
      else if (versionOf.has(operation)) this.judgeRead(operation, versionOf.get(operation), past);
    }
    return judgedBy(reads.length, this.breaches, {});
  }

  private judgeRead(read: Operation, version: Operation | undefined, past: Past): void {
    const { key } = read;
    const own = (past.writes.get(key) ?? []).filter(({ outcome }) => outcome === 'ok');
    this.demand('read your writes', read, version, own.at(-1));
    this.demand('monotonic reads', read, version, past.seen.get(key)?.at(-1)?.version);
    for (const [session, write] of past.met) {
      // What is called earlier in a session has ended before the next is called.
      const theirs = this.pastOf(session);
      this.demand('monotonic writes', read, version, lastBefore(theirs.writes.get(key), write));
      const seen = theirs.seen
        .get(key)
        ?.filter(({ at }) => at < write.call)
        .at(-1);
      this.demand('writes follow reads', read, version, seen?.version);
    }
    if (version === undefined) return;
    push(past.seen, key, { version, at: read.call });
    const met = past.met.get(version.process);
    if (met === undefined || met.call < version.call) past.met.set(version.process, version);
  }

  private demand(
    guarantee: SessionGuarantee,
    read: Operation,
    version: Operation | undefined,
    atLeast: Operation | undefined,
  ): void {
    if (atLeast === undefined || !this.guarantees.includes(guarantee)) return;
    if (!this.versions.isOlder(version, atLeast)) return;
    const line = read.endLine ?? read.line;
    const text =
      `process ${read.process} ${inWords(read, brief)} in line ${line}: ${versionInWords(version)} is older than ` +
      `${versionInWords(atLeast)} (${guarantee})`;
    this.breaches.push({ kind: guarantee, line, text });
  }

  private pastOf(process: string): Past {
    const known = this.pasts.get(process);
    if (known !== undefined) return known;
    const past: Past = { writes: new Map(), seen: new Map(), met: new Map() };
    this.pasts.set(process, past);
    return past;
  }
}

/** The last acknowledged one that a session had done before another of its writes. */
function lastBefore(writes: readonly Operation[] | undefined, write: Operation): Operation | undefined {
  return writes?.filter(({ call, outcome }) => call < write.call && outcome === 'ok').at(-1);
}

function push<T>(lists: Map<string | undefined, T[]>, key: string | undefined, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
