/**
 * Claim: a store that keeps its promises is found to keep them, whoever asks what in whatever order: session guarantees,
 * durability, bounded staleness and convergence. The canaries break one promise each, which has to be the one noticed.
 */
import fc from 'fast-check';
import { checkConvergence } from '../../src/checking/convergence';
import { checkDurability } from '../../src/checking/durability';
import { type Entry, type EntryType, type Operation, pairUp } from '../../src/checking/history';
import { checkSessions } from '../../src/checking/session-guarantees';
import { checkStaleness } from '../../src/checking/staleness';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { lagMaxMs, Replicas, Session } from './replicas';

const kinds = ['write', 'write', 'lost contact', 'read', 'peek', 'peek', 'peek', 'fail over'] as const;

/** `read` asks the primary, `peek` a replica. */
interface Step {
  readonly kind: (typeof kinds)[number];
  readonly session: number;
  readonly key: string;
  readonly replica: number;
  readonly pauseMs: number;
}

const replicas = 3;
const sessions = 3;

export const promises: Claim<readonly Step[]> = {
  name: 'a store that keeps its promises is found to keep them',
  seed: 1,
  runs: 1_000,
  draw: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      session: fc.nat({ max: sessions - 1 }),
      key: fc.constantFrom('x', 'y'),
      replica: fc.nat({ max: replicas - 1 }),
      pauseMs: fc.constantFrom(0, 1, 20, 60),
    }),
    { minLength: 6, maxLength: 40 },
  ),
  attempt: (steps) => attempt(steps, () => true),
  show: (steps) => ({
    lines: steps.map(({ kind, session, key, replica, pauseMs }) => {
      return `after ${pauseMs} ms session ${session}: ${kind} ${key}${kind === 'peek' ? ` at replica ${replica}` : ''}`;
    }),
  }),
};

/** The same for one promise alone, so that a canary shows that it is noticed by itself. */
export function promise(kind: string, seed = promises.seed): typeof promises {
  return { ...promises, seed, attempt: (steps) => attempt(steps, (other) => other === kind) };
}

function attempt(steps: readonly Step[], counts: (kind: string) => boolean): Finding {
  const run = new Run();
  for (const step of steps) run.take(step);
  const paired = pairUp(run.entries);
  if (!paired.ok) throw new Violation('unreadable', paired.problem.reason);
  const operations = paired.value;
  const all = { reads: ['read', 'peek'] };
  const positionOf = ({ input }: Operation): number | undefined => run.places.get(input);
  const demand = (judged: ReturnType<typeof checkSessions> | ReturnType<typeof checkDurability>): void => {
    if (judged.verdict === 'unreadable') throw new Violation('unreadable', judged.problem.reason);
    const first = judged.breaches.find(({ kind }) => counts(kind));
    if (first !== undefined) throw new Violation(first.kind, first.text);
  };
  demand(checkSessions(operations, { ...all, positionOf }));
  demand(checkDurability(operations));
  demand(checkStaleness(operations, { ...all, boundUs: lagMaxMs * 1000 }));
  const settled = run.store.settle();
  const { verdict, divergences } = checkConvergence(settled, run.store.holdings(run.store.log.length));
  if (verdict === 'violation' && counts('diverged')) throw new Violation('diverged', divergences[0]?.text ?? '');
  const isVain = !operations.some(({ f, output }) => f !== 'write' && typeof output === 'number');
  return isVain ? 'nothing that was written was read' : undefined;
}

/** The store at work, and what its clients see of it. */
class Run {
  readonly store = new Replicas(replicas);
  readonly entries: Entry[] = [];
  /** Where each value stands in the log. */
  readonly places = new Map<unknown, number>();
  private readonly sessions = Array.from({ length: sessions }, () => new Session());
  private readonly lives = Array.from({ length: sessions }, () => 0);
  private nowMs = 0;
  private serial = 0;

  take({ kind, session: number, key, replica, pauseMs }: Step): void {
    this.nowMs += pauseMs;
    this.store.keepUp(this.nowMs);
    const session = this.sessions[number];
    if (session === undefined) return;
    const process = `${number}.${this.lives[number] ?? 0}`;
    if (kind === 'fail over') return this.store.failOver();
    if (kind === 'write' || kind === 'lost contact') {
      const value = ++this.serial;
      this.note(process, 'invoke', 'write', key, value);
      const place = this.store.write({ key, value, atMs: this.nowMs });
      this.places.set(value, this.serial);
      if (kind === 'write') {
        this.store.secure(place);
        session.afterWrite(place);
        this.note(process, 'ok', 'write', key, value);
      } else {
        this.note(process, 'unknown', 'write', key, value);
        this.lives[number] = (this.lives[number] ?? 0) + 1;
        this.sessions[number] = new Session();
      }
      return;
    }
    this.note(process, 'invoke', kind, key, null);
    if (kind === 'read') this.store.secure(this.store.log.length);
    else this.store.awaitPlace(replica, session.place);
    const place = kind === 'read' ? this.store.log.length : (this.store.applied[replica] ?? 0);
    session.afterRead(place);
    this.note(process, 'ok', kind, key, this.store.holdings(place).get(key) ?? null);
  }

  private note(process: string, type: EntryType, f: string, key: string, value: unknown): void {
    this.entries.push({ process, type, f, key, value, time: this.nowMs * 1000, line: this.entries.length + 1 });
  }
}
