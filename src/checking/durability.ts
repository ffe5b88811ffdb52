/**
 * Durability of acknowledged writes: what a client was told of is there for whoever looks afterwards, until something
 * newer stands in its place; and so is what somebody has seen. Registers whose values are unique per key are judged
 * without a search: a read that shows a version older than one that was certainly done before the read was called shows
 * that the newer one was lost (the writes' part of the conditions of Misra 1986 for atomic registers).
 *
 * A write with an unknown outcome is bound to nothing until somebody has seen it.
 */
import { type Breach, type Judged, judgedBy } from './breach';
import { inWords, type Operation } from './history';
import { brief } from './value';
import { type VersionOptions, Versions, versionInWords } from './versions';

/**
 * Judges whether anything that was acknowledged or seen was lost.
 *
 * @example
 * const judged = checkDurability(operations, { isInitial: (value) => value === 'empty' });
 * if (judged.verdict === 'violation') judged.breaches[0]?.kind; // 'acknowledged write lost'
 */
export function checkDurability(
  operations: readonly Operation[],
  options: VersionOptions = {},
): Judged<{ readonly acknowledged: number }> {
  const versions = Versions.of(operations, options);
  if (!versions.ok) return { verdict: 'unreadable', problem: versions.problem };
  const { reads, strays, writes } = versions.value;
  const breaches: Breach[] = strays.map(({ read, failed }) => ({
    kind: failed === undefined ? 'out of nowhere' : 'failed write seen',
    line: lineOf(read),
    text:
      failed === undefined
        ? `${told(read)}, which nobody wrote`
        : `${told(read)}, which line ${failed.endLine ?? failed.line} says was not done`,
  }));
  const done = doneBy(writes, reads);
  for (const { read, version } of reads) {
    if (version !== undefined && version.call > read.end) {
      const text = `${told(read)}, which was written only in line ${version.line}`;
      breaches.push({ kind: 'future seen', line: lineOf(read), text });
      continue;
    }
    const lost = (done.get(read.key) ?? []).find(
      ({ write, at }) => at < read.call && versions.value.isOlder(version, write),
    );
    if (lost === undefined) continue;
    const { write, isSeen } = lost;
    const how = isSeen ? 'had been seen before' : 'had been acknowledged before';
    const text = `${told(read)}, although ${versionInWords(write)} ${how} and is newer`;
    breaches.push({ kind: isSeen ? 'seen write lost' : 'acknowledged write lost', line: lineOf(read), text });
  }
  const acknowledged = writes.filter(({ outcome }) => outcome === 'ok').length;
  return judgedBy(reads.length + strays.length, breaches, { acknowledged });
}

/** A write, and by when it had certainly been done. */
interface Done {
  readonly write: Operation;
  readonly at: number;
  /** It is known by what somebody saw, not by its acknowledgement. */
  readonly isSeen: boolean;
}

/** Per key, the earliest done first. */
function doneBy(writes: readonly Operation[], reads: Versions['reads']): Map<string | undefined, Done[]> {
  const seenAt = new Map<Operation, number>();
  for (const { read, version } of reads) {
    if (version !== undefined) seenAt.set(version, Math.min(seenAt.get(version) ?? Number.POSITIVE_INFINITY, read.end));
  }
  const done = new Map<string | undefined, Done[]>();
  for (const write of writes) {
    const acknowledgedAt = write.outcome === 'ok' ? write.end : Number.POSITIVE_INFINITY;
    const at = Math.min(acknowledgedAt, seenAt.get(write) ?? Number.POSITIVE_INFINITY);
    if (at === Number.POSITIVE_INFINITY) continue;
    const ofKey = done.get(write.key) ?? [];
    ofKey.push({ write, at, isSeen: at < acknowledgedAt });
    done.set(write.key, ofKey);
  }
  for (const ofKey of done.values()) ofKey.sort((a, b) => a.at - b.at);
  return done;
}

function lineOf({ endLine, line }: Operation): number {
  return endLine ?? line;
}

function told(read: Operation): string {
  return `process ${read.process} ${inWords(read, brief)} in line ${lineOf(read)}`;
}
