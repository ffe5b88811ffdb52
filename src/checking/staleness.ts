/**
 * Bounded staleness: no read shows what was replaced longer ago than the bound. This is Δ-atomicity (Golab, Li & Shah
 * 2011, "Analyzing consistency properties for fun and profit") for one order of writes: how stale a read is counts from
 * the acknowledgement of the first newer write to the call of the read, so that no doubt makes it look worse than it is.
 */
import { type Breach, type Judged, judgedBy } from './breach';
import { inWords, type Operation } from './history';
import { brief } from './value';
import { type VersionOptions, Versions, versionInWords } from './versions';

export interface StalenessOptions extends VersionOptions {
  /** How long a replaced value may still be shown. */
  readonly boundUs: number;
}

/** How stale what was read was. */
export interface Staleness {
  readonly maxUs: number;
  readonly meanUs: number;
  /** Share of reads that showed something that had been replaced at all. */
  readonly staleShare: number;
}

/**
 * Judges and measures staleness. All operations must carry times.
 *
 * @example
 * const judged = checkStaleness(operations, { boundUs: 50_000 });
 * if (judged.verdict !== 'unreadable') judged.maxUs; // however long it was, also within the bound
 */
export function checkStaleness(operations: readonly Operation[], options: StalenessOptions): Judged<Staleness> {
  const timeless = operations.find(({ outcome, calledAtUs, endedAtUs }) => {
    return calledAtUs === undefined || (outcome === 'ok' && endedAtUs === undefined);
  });
  if (timeless !== undefined) {
    const problem = { line: timeless.line, reason: 'an operation without times: how stale it is cannot be told' };
    return { verdict: 'unreadable', problem };
  }
  const versions = Versions.of(operations, options);
  if (!versions.ok) return { verdict: 'unreadable', problem: versions.problem };
  const { reads } = versions.value;
  const acknowledged = byKey(versions.value.writes.filter(({ outcome }) => outcome === 'ok'));
  const breaches: Breach[] = [];
  let maxUs = 0;
  let sumUs = 0;
  let stale = 0;
  for (const { read, version } of reads) {
    const newer = (acknowledged.get(read.key) ?? []).find((write) => versions.value.isOlder(version, write));
    const staleUs = newer === undefined ? 0 : Math.max(0, (read.calledAtUs ?? 0) - (newer.endedAtUs ?? 0));
    if (staleUs > 0) stale++;
    maxUs = Math.max(maxUs, staleUs);
    sumUs += staleUs;
    if (staleUs <= options.boundUs) continue;
    const line = read.endLine ?? read.line;
    const text =
      `process ${read.process} ${inWords(read, brief)} in line ${line}, ${staleUs / 1000} ms after ` +
      `${versionInWords(newer)} had replaced it; the bound is ${options.boundUs / 1000} ms`;
    breaches.push({ kind: 'too stale', line, text });
  }
  const count = Math.max(1, reads.length);
  return judgedBy(reads.length, breaches, { maxUs, meanUs: sumUs / count, staleShare: stale / count });
}

/** Those acknowledged first come first: the first newer one is what makes a read stale. */
function byKey(writes: readonly Operation[]): Map<string | undefined, Operation[]> {
  const found = new Map<string | undefined, Operation[]>();
  for (const write of writes) {
    const ofKey = found.get(write.key) ?? [];
    ofKey.push(write);
    found.set(write.key, ofKey);
  }
  for (const ofKey of found.values()) ofKey.sort((a, b) => a.end - b.end);
  return found;
}
