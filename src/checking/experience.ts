/**
 * What users lived through: how many of their operations went well, how long those took, and which reads showed data
 * that somebody had been told was replaced. The keys are registers: a write sets a value, a read shows one.
 */
import { Histogram } from '../algorithms/histogram';
import type { Operation } from './history';

export interface Experience {
  readonly operations: number;
  readonly ok: number;
  readonly failed: number;
  /** Nobody told whether they happened. */
  readonly unknown: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly staleReads: number;
}

/** Operations that carry times, in any order. */
export function experienceOf(operations: readonly Operation[]): Experience {
  const tookUs = new Histogram();
  const ended = { ok: 0, fail: 0, unknown: 0 };
  for (const { outcome, calledAtUs, endedAtUs } of operations) {
    ended[outcome]++;
    if (outcome === 'ok' && calledAtUs !== undefined && endedAtUs !== undefined) tookUs.record(endedAtUs - calledAtUs);
  }
  const ms = (share: number): number => tookUs.percentile(share) / 1000;
  return {
    operations: operations.length,
    ok: ended.ok,
    failed: ended.fail,
    unknown: ended.unknown,
    p50Ms: ms(0.5),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
    maxMs: tookUs.max / 1000,
    staleReads: staleReads(operations).length,
  };
}

/**
 * Reads that showed what somebody had been told was replaced: the write of the value (or whatever was there at first)
 * had ended before another write was called, and that one was acknowledged before the read was called. Values that were
 * written more than once tell nothing, and reads of them are passed over.
 */
export function staleReads(operations: readonly Operation[]): Operation[] {
  const keys = new Map<string | undefined, Operation[]>();
  for (const operation of operations) {
    const others = keys.get(operation.key);
    if (others === undefined) keys.set(operation.key, [operation]);
    else others.push(operation);
  }
  return [...keys.values()].flatMap(staleOfKey);
}

function staleOfKey(operations: readonly Operation[]): Operation[] {
  const writes = operations.filter(({ f, outcome }) => f === 'write' && outcome !== 'fail');
  const acknowledged = writes.filter(({ outcome }) => outcome === 'ok');
  if (acknowledged.length === 0) return [];
  return operations.filter((read) => {
    if (read.f !== 'read' || read.outcome !== 'ok') return false;
    const writers = writes.filter(({ input }) => same(input, read.output));
    if (writers.length > 1) return false;
    const writtenBy = writers[0]?.end ?? Number.NEGATIVE_INFINITY;
    return acknowledged.some(({ call, end }) => call > writtenBy && end < read.call);
  });
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
