/**
 * What a queue promises beyond one order for all: nothing acknowledged is lost, nothing is made up, nothing is handed out
 * more often than promised, and, where it is promised, what one producer put in comes out in that order. These are the
 * terms of Jepsen's total-queue checker (lost, unexpected, duplicated, recovered); a first-in-first-out queue with one
 * order for all is judged by linearizability.
 *
 * Values must be unique. A `dequeue` that got nil found nothing; one with an unknown outcome may have taken something.
 */
import { type Breach, type Judged, judgedBy } from './breach';
import { inWords, type Operation } from './history';
import { brief, type Identity, identityOf } from './value';

export interface QueueOptions {
  /** How often a value may be handed out; `at-least-once` by default. */
  readonly delivery?: 'at-least-once' | 'at-most-once' | 'exactly-once';
  /** Whether consumers emptied it in the end: only then is what never came out lost. */
  readonly drained: boolean;
  /** Whether what a producer put in comes out in that order, each value counted where it came out first. */
  readonly ordered?: boolean;
}

export interface QueueCounts {
  readonly enqueued: number;
  readonly dequeued: number;
  readonly duplicates: number;
  /** Came out although nobody knew whether they had gone in. */
  readonly recovered: number;
}

/**
 * Judges a queue or topic by what went in and came out.
 *
 * @example
 * checkQueue(operations, { delivery: 'exactly-once', drained: true }).verdict;
 */
export function checkQueue(operations: readonly Operation[], options: QueueOptions): Judged<QueueCounts> {
  const { delivery = 'at-least-once', drained, ordered = false } = options;
  const enqueues = new Map<Identity, Operation>();
  const dequeues = new Map<Identity, Operation[]>();
  // A consumer that nobody heard from may have taken one value each.
  let mayHaveTaken = 0;
  for (const operation of [...operations].sort((a, b) => a.end - b.end || a.call - b.call)) {
    const { f, input, output, outcome, line } = operation;
    if (f === 'enqueue') {
      const earlier = enqueues.get(identityOf(input));
      if (earlier !== undefined) {
        const reason = `enqueue ${brief(input)}: line ${earlier.line} enqueues the same value; it must be unique`;
        return { verdict: 'unreadable', problem: { line, reason } };
      }
      enqueues.set(identityOf(input), operation);
    } else if (f === 'dequeue') {
      if (outcome === 'unknown') mayHaveTaken++;
      if (outcome !== 'ok' || output === null || output === undefined) continue;
      const identity = identityOf(output);
      dequeues.set(identity, [...(dequeues.get(identity) ?? []), operation]);
    } else return { verdict: 'unreadable', problem: { line, reason: `a queue has no operation '${f}'` } };
  }

  const breaches: Breach[] = [];
  let duplicates = 0;
  let recovered = 0;
  for (const [identity, [first, ...more]] of dequeues) {
    const source = enqueues.get(identity);
    duplicates += more.length;
    if (source?.outcome === 'unknown') recovered++;
    if (first === undefined) continue;
    const earlier = source === undefined || source.outcome === 'fail' || source.call > first.end;
    if (earlier) breaches.push(breach('unexpected', first, whyUnexpected(source)));
    if (delivery === 'at-least-once') continue;
    for (const again of more) breaches.push(breach('duplicated', again, `it was handed out in line ${lineOf(first)}`));
  }
  const missing = [...enqueues.values()].filter(
    ({ outcome, input }) => outcome === 'ok' && !dequeues.has(identityOf(input)),
  );
  const excusable = delivery === 'at-most-once' ? missing.length : delivery === 'exactly-once' ? mayHaveTaken : 0;
  if (drained && missing.length > excusable) {
    for (const lost of missing) breaches.push(breach('lost', lost, 'it was acknowledged and never came out'));
  }
  if (ordered) breaches.push(...outOfOrder([...enqueues.values()], dequeues));
  const dequeued = [...dequeues.values()].reduce((sum, { length }) => sum + length, 0);
  const enqueued = [...enqueues.values()].filter(({ outcome }) => outcome === 'ok').length;
  return judgedBy(enqueued + dequeued, breaches, { enqueued, dequeued, duplicates, recovered });
}

/** Of one producer's values, each that certainly came out before one that had gone in before it. */
function outOfOrder(enqueues: readonly Operation[], dequeues: ReadonlyMap<Identity, readonly Operation[]>): Breach[] {
  const breaches: Breach[] = [];
  /** By producer, what came out last so far, in the order in which it went in. */
  const latest = new Map<string, Operation>();
  for (const enqueue of [...enqueues].sort((a, b) => a.call - b.call)) {
    const out = dequeues.get(identityOf(enqueue.input))?.[0];
    if (out === undefined) continue;
    const before = latest.get(enqueue.process);
    if (before === undefined || out.call >= before.call) latest.set(enqueue.process, out);
    if (before === undefined || out.end >= before.call) continue;
    const why = `process ${enqueue.process} had put ${brief(before.output)} in before it, which came out in line ${lineOf(before)}`;
    breaches.push(breach('out of order', out, why));
  }
  return breaches;
}

function whyUnexpected(source: Operation | undefined): string {
  if (source === undefined) return 'nobody put it in';
  return source.outcome === 'fail' ? `line ${lineOf(source)} says it was not put in` : 'it was put in only later';
}

function breach(kind: string, operation: Operation, why: string): Breach {
  const line = lineOf(operation);
  return { kind, line, text: `process ${operation.process} ${inWords(operation, brief)} in line ${line}: ${why}` };
}

function lineOf({ endLine, line }: Operation): number {
  return endLine ?? line;
}
