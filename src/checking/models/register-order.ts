/**
 * Whether a register explains a history, told without a search where no value was written twice: then an epoch is a write
 * and the reads of its value. A write with an unknown outcome that nobody saw the value of never happened.
 */
import type { Operation } from '../history';
import { type Identity, identityOf } from '../value';
import { Epoch } from './epochs';
import type { Decision } from './model';

/** An order that explains reads and writes, or that there is none; `undefined` if that cannot be told. */
export function registerOrder(initial: unknown, operations: readonly Operation[]): Decision | undefined {
  const beginning: Operation[] = [];
  const writes = new Map<Identity, { readonly write: Operation; readonly reads: Operation[] }>();
  for (const write of operations) {
    const value = identityOf(write.input);
    if (write.f !== 'write' || write.outcome === 'fail') continue;
    if (writes.has(value) || value === identityOf(initial)) return undefined;
    writes.set(value, { write, reads: [] });
  }
  for (const read of operations) {
    if (read.f !== 'read' || read.outcome !== 'ok') continue;
    const value = identityOf(read.output);
    const reads = value === identityOf(initial) ? beginning : writes.get(value)?.reads;
    if (reads === undefined) return 'inexplicable';
    reads.push(read);
  }
  const epochs = [new Epoch(beginning.sort(byCall), true)];
  for (const { write, reads } of writes.values()) {
    if (write.outcome === 'ok' || reads.length > 0) epochs.push(new Epoch([write, ...reads.sort(byCall)]));
  }
  return Epoch.inSequence(epochs) ?? 'inexplicable';
}

/** What leaves the state alone comes in the order of calls: then none is called after one before it has ended. */
export function byCall(a: Operation, b: Operation): number {
  return a.call - b.call;
}
