/**
 * Does commands to a world and waits for how they end, whether time is virtual or real. Each command is data before it is
 * done, so that a log of them can be kept, replayed and shrunk.
 */
import { errorMessage, refused } from '../kernel/control';
import type { Body, Envelope, NodeId } from '../kernel/envelope';
import type { Command, Operation, Outcome } from '../kernel/operations';
import type { Door, Runtime } from '../kernel/runtime';
import type { Topology } from '../kernel/topology';
import { type ReadyWait, readyMs, whenReady } from './readiness';

/** Where a world runs. */
export type Mode = 'sim' | 'threads';

/** What a verb gives back: the thing itself in simulation, a promise of it on threads. */
export type Now<M extends Mode, T> = M extends 'sim' ? T : Promise<T>;

/** Takes the result, or a `Refusal`. */
export interface Settle<T> {
  done(value: T): void;
  refused(reason: string): void;
}

/** How long to wait, and what to say when that was too short. */
export interface Patience {
  readonly ms: number;
  /** Says at once, or as soon as it is known, what is missing. */
  late(say: (what: string) => void): void;
}

/** How a question ended, whichever way. Whoever was not reached has done nothing; of the others nobody knows. */
export type Heard =
  | { readonly answer: Body }
  | { readonly why: 'silent' | 'reset' | 'not-reached'; readonly reason: string };

/** How a command ended: mail has an answer (or none), everything else an outcome. */
export type Reply = { readonly answer: Envelope | undefined } | { readonly outcome: Outcome };

export abstract class Operator<M extends Mode> {
  private door: Door | undefined;

  constructor(
    readonly mode: M,
    readonly name: string,
    protected readonly runtime: Runtime,
  ) {}

  get topology(): Topology {
    return this.runtime.topology;
  }

  /** Runs an action until it has settled: by moving virtual time, or by waiting. */
  protected abstract settle<T>(action: (settle: Settle<T>) => void, patience?: Patience): Now<M, T>;

  /** Does one thing after the other. */
  protected abstract chain<T, U>(first: Now<M, T>, next: (value: T) => Now<M, U>): Now<M, U>;

  /** Notes a command, just before it is done. */
  protected abstract log(command: Command): void;

  /** Lets so much time pass. */
  protected abstract lapse(ms: number): Now<M, undefined>;

  /** Takes note of an answer, also when a history is done again. */
  protected note(_answer: Body, _from: NodeId): void {}

  /** Does a command without waiting for how it ends. */
  protected begin(command: Command, then: (reply: Reply) => void): void {
    // A topology that cannot be is refused by a throw before anything is done: a log of what was done knows nothing of it.
    if (command.verb !== 'apply') this.log(command);
    this.issue(command, then);
    if (command.verb === 'apply') this.log(command);
  }

  /** The same without noting it. */
  protected issue(command: Command, then: (reply: Reply) => void): void {
    if (command.verb === 'tell') {
      this.operator().ask(command.to, command.body, command.budgetMs, (answer) => {
        if (answer !== undefined) this.note(answer.body, answer.from);
        then({ answer });
      });
    } else if (command.verb === 'apply') {
      this.runtime.apply(command.topology, (outcome) => then({ outcome }));
    } else {
      this.runtime.perform(command, (outcome) => then({ outcome }));
    }
  }

  /** Asks a node something through the operator's door. */
  tell<B extends Body, T>(
    to: string,
    body: B,
    budgetMs: number,
    read: (answer: Body, settle: Settle<T>) => void,
  ): Now<M, T> {
    return this.settle((settle) => {
      this.begin({ verb: 'tell', to, body, budgetMs }, (reply) => {
        if ('answer' in reply) hear(to, budgetMs, reply.answer, settle, read);
      });
    });
  }

  /** Asks a node something; that no answer comes is an answer as well. */
  protected inquire<B extends Body>(to: string, body: B, budgetMs: number): Now<M, Heard> {
    return this.settle((settle) => {
      this.begin({ verb: 'tell', to, body, budgetMs }, (reply) => {
        if ('answer' in reply) settle.done(heard(to, budgetMs, reply.answer));
      });
    });
  }

  /** What is known already, as what a verb gives back. */
  protected known<T>(value: T): Now<M, T> {
    return this.settle((settle) => settle.done(value));
  }

  protected afterReady<T>(value: T, done: string, nodes?: readonly NodeId[]): Now<M, T> {
    let wait: ReadyWait | undefined;
    return this.settle(
      (settle: Settle<T>) => {
        wait = whenReady(this.runtime, () => settle.done(value), nodes);
      },
      {
        ms: readyMs,
        late: (say) => {
          wait?.giveUp((missing) => say(`${done}, but is not ready after ${readyMs / 1000} s: ${missing}`));
        },
      },
    );
  }

  protected perform(operation: Operation): Now<M, string> {
    return this.outcome(operation, ({ text }) => text);
  }

  protected outcome<T>(command: Command, read: (outcome: Outcome & { ok: true }) => T): Now<M, T> {
    return this.settle((settle) => {
      this.begin(command, (reply) => {
        if ('outcome' in reply) finish(reply.outcome, settle, read);
      });
    });
  }

  private operator(): Door {
    this.door ??= this.runtime.attach('repl', 'provider');
    return this.door;
  }
}

function finish<T>(outcome: Outcome, settle: Settle<T>, read: (outcome: Outcome & { ok: true }) => T): void {
  if (outcome.ok) settle.done(read(outcome));
  else settle.refused(outcome.reason);
}

function hear<T>(
  to: string,
  budgetMs: number,
  answer: Envelope | undefined,
  settle: Settle<T>,
  read: (answer: Body, settle: Settle<T>) => void,
): void {
  const found = heard(to, budgetMs, answer);
  if ('reason' in found) settle.refused(found.reason);
  else read(found.answer, settle);
}

function heard(to: string, budgetMs: number, answer: Envelope | undefined): Heard {
  if (answer === undefined) return { why: 'silent', reason: `${to} did not answer within ${budgetMs} ms` };
  const { body } = answer;
  if (errorMessage.accepts(body)) return { why: 'not-reached', reason: body.reason };
  if (refused.accepts(body)) return { why: body.because === 'reset' ? 'reset' : 'not-reached', reason: body.reason };
  return { answer: body };
}
