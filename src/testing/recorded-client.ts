/**
 * A client for trials: it does one operation after the other, asks again until it knows how each ended, and reports every
 * step, so that what it saw is a history that checkers can judge.
 */
import { isExpired } from '../kernel/asks';
import type { Body, NodeId } from '../kernel/envelope';
import { machine, type Turn } from '../kernel/machine';
import type { Message } from '../kernel/schema';
import type { AnyTier } from '../kernel/tier';
import { plainTier } from '../runtimes/simulated/trial';

/** How an operation ended: `fail`, it was not done. */
export interface Done {
  readonly f: string;
  readonly outcome: 'ok' | 'fail';
}

/** What a client says to whom, and what it makes of the answers. */
export interface Dialogue {
  readonly to: NodeId;
  /** All that may come back. */
  readonly answers: readonly Message[];
  /** The name of the next operation, after the last one or at first. */
  next(last: Done | undefined): string;
  /** What is asked for an operation. */
  question(f: string, self: NodeId): Body;
  /** How the operation ended; `undefined`: not known, it is asked again. */
  outcome(answer: Body): Done['outcome'] | undefined;
}

const firstMs = 100;
const answerMs = 300;
const againMs = 50;
/** The next operation comes between 10 and 100 ms after the last. */
const pauseMs = { atLeast: 10, spread: 90 };

/** @example recordedClient('worker', { to: 'lock-1', answers: [settled], next, question, outcome }) */
export function recordedClient(kind: string, dialogue: Dialogue): AnyTier {
  return plainTier(
    kind,
    dialogue.answers,
    machine(
      (turn) => void turn.after(firstMs, () => operate(turn, dialogue, undefined)),
      () => undefined,
    ),
  );
}

function operate(turn: Turn, dialogue: Dialogue, last: Done | undefined): void {
  const { self: process, random, report } = turn.node;
  const f = dialogue.next(last);
  report.operation({ process, phase: 'invoke', f });
  const ask = (): void => {
    turn.ask(dialogue.to, dialogue.question(f, process), answerMs, (answer) => {
      const outcome = isExpired(answer) ? undefined : dialogue.outcome(answer.body);
      if (outcome === undefined) return void turn.after(againMs, ask);
      report.operation({ process, phase: outcome, f });
      turn.after(pauseMs.atLeast + random.int(pauseMs.spread), () => operate(turn, dialogue, { f, outcome }));
    });
  };
  ask();
}
