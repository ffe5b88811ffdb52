/**
 * The hot path of most tiers: private state, one synchronous step per message, and what a step may do in its turn. What
 * has a shape in time (retry with back-off, heartbeat, batch, window) is RxJS, run beside the steps by `turn.during`.
 */
import { Observable, type Subscriber, Subscription } from 'rxjs';
import { type Answer, Asks } from './asks';
import type { KernelAnswer } from './control';
import { type Address, answerTo, type Body, type Envelope, Mail, type Outgoing } from './envelope';
import type { Behaviour, NodeContext } from './tier';

/** Cancels what it was given for; calling it again does nothing. */
export type Cancel = () => void;

/** How a message travels and how long its question may take. */
export interface Sending {
  readonly datagram?: boolean;
}

/** What a step may do in its turn. One object per life: do not keep anything from it but the object itself. */
export interface Turn<In extends Body = Body, Out extends Body = Body> {
  readonly node: NodeContext<In>;
  /** Local monotonic time of this turn, in milliseconds. */
  readonly nowMs: number;
  /** How many of this life's questions are open. */
  readonly asking: number;
  /** Sends and forgets. */
  say(to: Address, body: Out, how?: Sending): void;
  /** Answers a request. Answers are never answered: replying to one does nothing. */
  reply(mail: Envelope, body: Out): void;
  /** Sends a question; `then` is called once, in a turn of its own, with the answer or after the budget. */
  ask(
    to: Address,
    body: Out,
    budgetMs: number,
    then: (answer: Answer<In | KernelAnswer>) => void,
    how?: Sending,
  ): Cancel;
  /** The same as an Observable of one answer, for RxJS pipelines: asks on subscription, forgets when unsubscribed. */
  asks(to: Address, body: Out, budgetMs: number, how?: Sending): Observable<Answer<In | KernelAnswer>>;
  /** Calls back after a local delay. */
  after(delayMs: number, then: () => void): Cancel;
  /** Runs an RxJS pipeline for as long as this life lasts, or until cancelled; an error in it crashes the node. */
  during(work: Observable<unknown>): Cancel;
}

/**
 * A behaviour from a state and a step.
 *
 * @param start makes the state of a new life; may read the disk, arm timers and run pipelines.
 * @param step handles one request. Answers go to whoever asked, not here.
 *
 * @example
 * const echo = machine<Ping, Pong, number>(
 *   () => 0,
 *   (_seen, mail, turn) => turn.reply(mail, { kind: 'pong', round: mail.body.round }),
 * );
 */
export function machine<In extends Body, Out extends Body, S>(
  start: (turn: Turn<In, Out>) => S,
  step: (state: S, mail: Envelope<In>, turn: Turn<In, Out>) => void,
): Behaviour<In, Out> {
  return (node) =>
    new Observable<Outgoing<Out>>((outbox) => {
      const turn = new MachineTurn<In, Out>(node, outbox);
      turn.lifetime.add(() => turn.forgetAll());
      const state = start(turn);
      turn.lifetime.add(
        node.inbox.subscribe({
          // Guarded here because RxJS re-throws what a subscriber throws on a timer, where nobody can catch it.
          next: (mail) => {
            try {
              if (mail.re === undefined) step(state, mail, turn);
              else turn.settle(mail);
            } catch (failure) {
              outbox.error(failure);
            }
          },
          error: (failure) => outbox.error(failure),
        }),
      );
      return turn.lifetime;
    });
}

class MachineTurn<In extends Body, Out extends Body> implements Turn<In, Out> {
  readonly lifetime = new Subscription();
  private readonly open: Asks<In | KernelAnswer>;

  constructor(
    readonly node: NodeContext<In>,
    private readonly outbox: Subscriber<Outgoing<Out>>,
  ) {
    this.open = new Asks(node.deadlines);
  }

  get nowMs(): number {
    return this.node.clock.now();
  }

  get asking(): number {
    return this.open.size;
  }

  say(to: Address, body: Out, how?: Sending): void {
    this.outbox.next(new Mail(to, this.node.nextId(), undefined, undefined, undefined, how?.datagram === true, body));
  }

  reply(mail: Envelope, body: Out): void {
    if (mail.re === undefined) this.outbox.next(answerTo(mail, this.node.nextId(), body));
  }

  ask(
    to: Address,
    body: Out,
    budgetMs: number,
    then: (answer: Answer<In | KernelAnswer>) => void,
    how?: Sending,
  ): Cancel {
    const id = this.node.nextId();
    this.open.wait(id, budgetMs, then);
    this.outbox.next(new Mail(to, id, undefined, undefined, budgetMs, how?.datagram === true, body));
    return () => this.open.forget(id);
  }

  asks(to: Address, body: Out, budgetMs: number, how?: Sending): Observable<Answer<In | KernelAnswer>> {
    return new Observable((subscriber) =>
      this.ask(
        to,
        body,
        budgetMs,
        (answer) => {
          subscriber.next(answer);
          subscriber.complete();
        },
        how,
      ),
    );
  }

  after(delayMs: number, then: () => void): Cancel {
    const action = this.node.clock.schedule(then, delayMs);
    return () => action.unsubscribe();
  }

  during(work: Observable<unknown>): Cancel {
    const running = work.subscribe({ error: (failure) => this.outbox.error(failure) });
    this.lifetime.add(running);
    return () => {
      this.lifetime.remove(running);
      running.unsubscribe();
    };
  }

  forgetAll(): void {
    this.open.clear();
  }

  settle(mail: Envelope<In>): void {
    if (!this.open.settle(mail)) this.node.unawaited(mail);
  }
}
