/**
 * What became of writes that cache servers took before the database had them, from what those say who are left: of each
 * server and life its last book counts, wherever it is. Pure.
 */
import type { NodeId } from '../kernel/envelope';
import type { NodeStatus } from '../kernel/runtime';
import type { CachingStanding } from '../protocols/strategy';
import { type BehindStanding, flushesOf, type LedgerRecord, type Noted } from '../protocols/write-back';

/** A write that a ledger holds. */
export interface ReportedWrite extends Noted {
  /** Who had taken it, in which life. */
  readonly server: NodeId;
  readonly life: number;
  /**
   * - `lost`: the server died with it; `conflict`: somebody else had written the row in the database
   * - `unknown`: the server died with it, and the database did not say whether it has it
   */
  readonly fate: 'lost' | 'conflict' | 'unknown';
}

/** A life of which nobody knows what it had not brought into the database, since its ledger died as well. */
export interface Unaccounted {
  readonly server: NodeId;
  readonly life: number;
  readonly ledger: NodeId;
}

/** How a server goes that takes writes before the database has them. */
export interface BehindServer extends Omit<BehindStanding, 'kind' | 'records'> {
  readonly node: NodeId;
}

export interface WritesBehind {
  readonly servers: readonly BehindServer[];
  readonly reported: readonly ReportedWrite[];
  /** Writes that a ledger held when their server died, and that the database has all the same. */
  readonly onTheirWay: readonly ReportedWrite[];
  readonly unaccounted: readonly Unaccounted[];
}

/** The last book of each server and life. */
export function lastBooks(records: readonly LedgerRecord[]): readonly LedgerRecord[] {
  const last = new Map<string, LedgerRecord>();
  for (const record of records) {
    const place = `${record.server} ${record.life}`;
    const before = last.get(place);
    if (before === undefined || before.book < record.book) last.set(place, record);
  }
  return [...last.values()];
}

/** Whether nobody knows of a later book of the same life. */
export function isLatest(
  { server, life, book }: Pick<LedgerRecord, 'server' | 'life' | 'book'>,
  known: readonly CachingStanding['ledgers'][number][],
): boolean {
  return !known.some((one) => one.server === server && one.life === life && one.book > book);
}

/** Whether a life has ended. Of whoever is not there any more, all have. */
export function isOver(nodes: readonly NodeStatus[], server: NodeId, life: number): boolean {
  const found = nodes.find(({ spec }) => spec.id === server);
  if (found === undefined) return true;
  const isUp = found.state === 'running' || found.state === 'paused';
  return isUp ? life < found.incarnation : life <= found.incarnation;
}

/** Writes that died with a server, as far as its ledger goes: some may have been on their way. */
export function openWrites(books: readonly LedgerRecord[], nodes: readonly NodeStatus[]): readonly ReportedWrite[] {
  return books.flatMap(({ server, life, open }) =>
    isOver(nodes, server, life) ? open.map((one) => ({ ...one, server, life, fate: 'lost' as const })) : [],
  );
}

export function conflictsIn(books: readonly LedgerRecord[]): readonly ReportedWrite[] {
  return books.flatMap(({ server, life, conflicts }) =>
    conflicts.map((one) => ({ ...one, server, life, fate: 'conflict' as const })),
  );
}

/** How the names begin under which the database remembers flushes that have brought these writes there. */
export function beginningsOf(open: readonly ReportedWrite[]): readonly string[] {
  return [...new Set(open.map(beginningOf))];
}

/**
 * What is lost of what is open: a flush brings a row into the database with all that was written to it up to then.
 *
 * @param done the flushes that the database remembers; undefined if it does not say.
 */
export function lostOf(open: readonly ReportedWrite[], done: readonly string[] | undefined): readonly ReportedWrite[] {
  if (done === undefined) return open.map((write) => ({ ...write, fate: 'unknown' }));
  const upTo = new Map<string, number>();
  for (const id of done) {
    const end = id.lastIndexOf('#') + 1;
    const beginning = id.slice(0, end);
    upTo.set(beginning, Math.max(upTo.get(beginning) ?? 0, Number(id.slice(end))));
  }
  return open.filter((write) => write.seq > (upTo.get(beginningOf(write)) ?? 0));
}

function beginningOf({ server, life, key }: ReportedWrite): string {
  return flushesOf(server, life, key);
}

/** Lives that web servers know to have been noted in a later book than anybody has. */
export function unaccountedFor(
  books: readonly LedgerRecord[],
  nodes: readonly NodeStatus[],
  known: readonly CachingStanding['ledgers'][number][],
): readonly Unaccounted[] {
  const found = new Map<string, Unaccounted>();
  for (const { server, life, ledger, book } of known) {
    if (!isOver(nodes, server, life)) continue;
    const isThere = books.some((one) => one.server === server && one.life === life && one.book >= book);
    if (!isThere) found.set(`${server} ${life}`, { server, life, ledger });
  }
  return [...found.values()];
}
