/** Acquires and releases in turn, asks again until it knows how that ended, and reports each step for the history. */
import { isExpired, machine } from '../../../src';
import { plainTier } from '../../../src/testing';
import { settled, starting } from './lock-service';

const behaviour = machine(
  (turn) => {
    const { self: owner, random, report } = turn.node;
    const attempt = (f: 'acquire' | 'release'): void => {
      report.operation({ process: owner, phase: 'invoke', f });
      const ask = (): void => {
        turn.ask('lock-1', { kind: `lock.${f}`, ...{ owner } }, 300, (answer) => {
          if (isExpired(answer) || !settled.accepts(answer.body)) return void turn.after(50, ask);
          const { done } = answer.body;
          report.operation({ process: owner, phase: done ? 'ok' : 'fail', f });
          turn.after(10 + random.int(90), () => attempt(done && f === 'acquire' ? 'release' : 'acquire'));
        });
      };
      ask();
    };
    turn.after(100, () => attempt('acquire'));
  },
  () => undefined,
);

export const worker = plainTier('worker', [settled, starting], behaviour);
