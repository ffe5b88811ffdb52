/**
 * What clients did and saw, one register per user, and what of it cannot be: a read that shows a value which was never
 * written, or no longer shows a write that was acknowledged, or seen by somebody, before the read began.
 */
import type { Concern } from '../../src/drawing/diagram/cone';
import type { WorldEvent } from '../../src/kernel/events';
import { Violation } from '../../src/testing/judge';

/** One operation from its invocation to what became of it. */
export interface Operation {
  readonly process: string;
  readonly f: 'read' | 'write';
  readonly key: string;
  /** What was written, or what was seen. */
  value: unknown;
  readonly invokedUs: number;
  /** `Infinity` while nobody knows whether it happened: then it may still happen. */
  endedUs: number;
  outcome: 'ok' | 'fail' | 'unknown';
}

/** Puts the steps that clients report together to operations. */
export class RegisterHistory {
  readonly operations: Operation[] = [];
  private readonly open = new Map<string, Operation>();

  hear(event: WorldEvent): void {
    if (event.type !== 'operation') return;
    const { process, phase, f, key = '', value } = event.operation;
    if (f !== 'read' && f !== 'write') return;
    if (phase === 'invoke') {
      const endedUs = Number.POSITIVE_INFINITY;
      const begun: Operation = { process, f, key, value, invokedUs: event.atUs, endedUs, outcome: 'unknown' };
      this.operations.push(begun);
      this.open.set(process, begun);
      return;
    }
    const begun = this.open.get(process);
    if (begun === undefined) return;
    this.open.delete(process);
    begun.outcome = phase;
    if (phase !== 'unknown') begun.endedUs = event.atUs;
    if (f === 'read' && phase === 'ok') begun.value = value;
  }

  count(f: Operation['f'], outcome: Operation['outcome']): number {
    return this.operations.filter((operation) => operation.f === f && operation.outcome === outcome).length;
  }
}

/** A write, and the moment by which it had certainly been done: it was acknowledged, or somebody saw it. */
interface Written {
  readonly write: Operation;
  doneUs: number;
  seen: boolean;
}

/**
 * Throws a `Violation` for the first read that cannot be. Values are written once each.
 *
 * @param bySight whether also what somebody saw must not be unseen by who reads later. Past a cache only what was
 * acknowledged counts: two reads during one write need not agree.
 */
export function demandNothingLost(
  operations: readonly Operation[],
  isInitial: (value: unknown) => boolean,
  bySight = true,
): void {
  const registers = new Map<string, Map<unknown, Written>>();
  for (const write of operations) {
    if (write.f !== 'write') continue;
    const register = registers.get(write.key) ?? new Map<unknown, Written>();
    registers.set(write.key, register);
    const doneUs = write.outcome === 'ok' ? write.endedUs : Number.POSITIVE_INFINITY;
    register.set(write.value, { write, doneUs, seen: false });
  }
  const reads = operations.filter(({ f, outcome }) => f === 'read' && outcome === 'ok');
  for (const read of bySight ? reads : []) {
    const written = registers.get(read.key)?.get(read.value);
    if (written === undefined || written.doneUs <= read.endedUs) continue;
    written.doneUs = read.endedUs;
    written.seen = true;
  }
  for (const read of reads) demandPossible(read, registers.get(read.key) ?? new Map(), isInitial);
}

function demandPossible(
  read: Operation,
  register: ReadonlyMap<unknown, Written>,
  isInitial: (value: unknown) => boolean,
): void {
  const found = `a read of ${read.key} at ${at(read.invokedUs)} saw ${JSON.stringify(read.value)}`;
  const writer = register.get(read.value);
  if (writer === undefined && !isInitial(read.value)) {
    throw new Violation('out of nowhere', `${found}: nobody wrote that`, concerns(read));
  }
  if (writer?.write.outcome === 'fail') {
    throw new Violation(
      'failed write seen',
      `${found}: that write was said to have failed`,
      concerns(writer.write, read),
    );
  }
  if (writer !== undefined && writer.write.invokedUs > read.endedUs) {
    throw new Violation('future seen', `${found}, which was written later`, concerns(writer.write, read));
  }
  // What began after the seen write was done came after it; what was done before the read began should be what it saw.
  const sinceUs = writer?.doneUs ?? 0;
  for (const { write, doneUs, seen } of register.values()) {
    if (write.invokedUs <= sinceUs || doneUs >= read.invokedUs) continue;
    const kind = seen ? 'seen write lost' : 'acknowledged write lost';
    const how = seen ? 'had been seen by' : 'had been acknowledged at';
    const text = `${found}, but ${JSON.stringify(write.value)} ${how} ${at(doneUs)}`;
    throw new Violation(kind, text, concerns(write, read));
  }
}

/** What is to be drawn of these. */
function concerns(...operations: readonly Operation[]): readonly Concern[] {
  return operations.map(({ process, invokedUs, endedUs }) => {
    return { process, calledAtUs: invokedUs, ...(Number.isFinite(endedUs) ? { endedAtUs: endedUs } : {}) };
  });
}

function at(us: number): string {
  return `${(us / 1000).toFixed(3)} ms`;
}
