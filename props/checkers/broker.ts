/**
 * Claim: a queue that keeps its promises is found to keep them: nothing lost, nothing made up, nothing twice, and in the
 * order of each producer, through crashes that spare the disk.
 */
import fc from 'fast-check';
import { type Entry, type EntryType, pairUp } from '../../src/checking/history';
import { checkQueue } from '../../src/checking/queue-semantics';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';

/** A broker with a disk; each method keeps one promise. */
export class Broker {
  private memory: number[] = [];
  private disk: number[] = [];

  receive(value: number): void {
    this.memory.push(value);
  }

  /** Before a producer hears of it. */
  sync(): void {
    this.disk = [...this.memory];
  }

  next(): number | undefined {
    return this.memory.shift();
  }

  /** Before a consumer is handed it. */
  forget(value: number): void {
    this.disk = this.disk.filter((other) => other !== value);
  }

  crash(): void {
    this.memory = [...this.disk];
  }
}

interface Step {
  readonly kind: 'enqueue' | 'dequeue' | 'crash';
  readonly client: number;
}

export const brokerage: Claim<readonly Step[]> = {
  name: 'a queue that keeps its promises is found to keep them',
  seed: 1,
  runs: 500,
  draw: fc.array(
    fc.record({
      kind: fc.constantFrom<Step['kind'][]>('enqueue', 'enqueue', 'dequeue', 'dequeue', 'crash'),
      client: fc.nat({ max: 2 }),
    }),
    { minLength: 4, maxLength: 30 },
  ),
  attempt,
  show: (steps) => ({
    lines: steps.map(({ kind, client }) => (kind === 'crash' ? kind : `client ${client}: ${kind}`)),
  }),
};

function attempt(steps: readonly Step[]): Finding {
  const broker = new Broker();
  const entries: Entry[] = [];
  const note = (process: string, type: EntryType, f: string, value: unknown): void => {
    entries.push({ process, type, f, value, line: entries.length + 1 });
  };
  let serial = 0;
  const dequeue = (process: string): boolean => {
    note(process, 'invoke', 'dequeue', null);
    const value = broker.next();
    if (value !== undefined) broker.forget(value);
    note(process, 'ok', 'dequeue', value ?? null);
    return value !== undefined;
  };
  for (const { kind, client } of steps) {
    if (kind === 'crash') broker.crash();
    else if (kind === 'dequeue') dequeue(`consumer-${client}`);
    else {
      const value = ++serial;
      note(`producer-${client}`, 'invoke', 'enqueue', value);
      broker.receive(value);
      broker.sync();
      note(`producer-${client}`, 'ok', 'enqueue', value);
    }
  }
  for (let left = 2 * steps.length; left > 0 && dequeue('drain'); left--);
  const paired = pairUp(entries);
  if (!paired.ok) throw new Violation('unreadable', paired.problem.reason);
  const judged = checkQueue(paired.value, { delivery: 'exactly-once', drained: true, ordered: true });
  if (judged.verdict === 'unreadable') throw new Violation('unreadable', judged.problem.reason);
  const [first] = judged.breaches;
  if (first !== undefined) throw new Violation(first.kind, first.text);
  return judged.dequeued === 0 ? 'nothing came out' : undefined;
}
