/**
 * One life of a node: from a subscription to its behaviour until that subscription ends. Everything a life does happens
 * in a turn; whatever it says outside of one is refused.
 */
import { Observable, type Subscription, UnsubscriptionError } from 'rxjs';
import type { Deadlines } from '../../kernel/asks';
import { type BoxClock, NodeClock, type TimerOwner, type TrueClock } from '../../kernel/clock';
import type { Disk } from '../../kernel/disk';
import { type Cause, type Envelope, type Mail, type NodeId, type Outgoing, toMail } from '../../kernel/envelope';
import type { LogLevel, Operation, WorldEvent } from '../../kernel/events';
import type { Random } from '../../kernel/random';
import type { Behaviour, Job, Live, Members, NodeContext, Reporter } from '../../kernel/tier';
import { Callback, type Timer } from '../../kernel/timers';
import { Feed } from './feed';

/** What a life needs of the engine that runs it. */
export interface Surroundings {
  readonly truth: TrueClock;
  readonly time: BoxClock;
  readonly random: Random;
  readonly secret: Random;
  readonly disk: Disk;
  readonly members: Live<Members>;
  send(mail: Mail): void;
  emit(event: WorldEvent): void;
  drop(mail: Envelope, reason: string): void;
  work(job: Job, then: (result: unknown, failure: string | undefined) => void): void;
  busy(ms: number): void;
  /** The behaviour ended by itself: an error, or an outbox that completed. */
  crashed(reason: string): void;
}

export class Life implements NodeContext, TimerOwner, Deadlines, Reporter {
  readonly inbox = new Feed<Envelope>();
  readonly clock = new NodeClock(this);
  readonly truth: TrueClock;
  readonly time: BoxClock;
  readonly random: Random;
  readonly secret: Random;
  readonly disk: Disk;
  readonly members: Live<Members>;

  alive = true;
  paused = false;
  /** Why it cannot serve yet. */
  unreadyBecause: string | undefined;
  view: () => unknown = () => undefined;

  private inTurn = false;
  private handling: Envelope | undefined;
  private because: Cause | undefined;
  private lastId = 0;
  private running: Subscription | undefined;
  /** Timers that came due while the life was paused. */
  private deferred: { readonly work: () => void; readonly cause: Cause | undefined }[] = [];

  constructor(
    readonly self: NodeId,
    readonly pool: string,
    readonly incarnation: number,
    private readonly around: Surroundings,
  ) {
    this.truth = around.truth;
    this.time = around.time;
    this.random = around.random;
    this.secret = around.secret;
    this.disk = around.disk;
    this.members = around.members;
  }

  get report(): Reporter {
    return this;
  }

  get deadlines(): Deadlines {
    return this;
  }

  /** Why the current turn runs. Made on demand: most messages cause nothing. */
  get cause(): Cause | undefined {
    const mail = this.handling;
    if (this.because === undefined && mail !== undefined) {
      this.because = { from: mail.from, incarnation: mail.incarnation, id: mail.id };
    }
    return this.because;
  }

  start(behaviour: Behaviour): void {
    this.turn(() => {
      this.running = behaviour(this).subscribe({
        next: (out) => this.say(out),
        error: (failure) => this.crash(failure),
        complete: () => this.end('its outbox completed'),
      });
    }, undefined);
    if (!this.alive) this.release();
  }

  /** Ends this life: nothing that it armed will run, nothing more is heard of it. */
  stop(): void {
    this.alive = false;
    this.deferred = [];
    this.clock.stop();
    this.release();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const due = this.deferred;
    this.deferred = [];
    for (const { work, cause } of due) {
      this.truth.schedule(new Callback(() => this.turn(work, cause)), this.truth.nowUs);
    }
  }

  /** The turn of one message. */
  handle(mail: Envelope): void {
    this.inTurn = true;
    this.handling = mail;
    try {
      this.inbox.next(mail);
    } catch (failure) {
      this.crash(failure);
    }
    this.inTurn = false;
    this.handling = undefined;
    this.because = undefined;
  }

  /** The turn of anything else: a timer, a disk, a finished job. */
  turn(work: () => void, cause: Cause | undefined): void {
    if (!this.alive) return;
    if (this.paused) {
      this.deferred.push({ work, cause });
      return;
    }
    this.inTurn = true;
    this.because = cause;
    try {
      work();
    } catch (failure) {
      this.crash(failure);
    }
    this.inTurn = false;
    this.because = undefined;
  }

  nextId(): number {
    return ++this.lastId;
  }

  wallNowMs(): number {
    return this.time.wallNowMs;
  }

  arm(timer: Timer, delayMs: number): void {
    this.truth.schedule(timer, this.time.dueUs(delayMs));
  }

  disarm(timer: Timer): void {
    this.truth.cancel(timer);
  }

  unawaited(mail: Envelope): void {
    this.around.drop(mail, 'nobody waits for this answer any more');
  }

  work(job: Job): Observable<unknown> {
    return new Observable((subscriber) => {
      const { cause } = this;
      this.around.work(job, (result, failure) => {
        this.turn(() => {
          if (failure !== undefined) subscriber.error(new Error(failure));
          else {
            subscriber.next(result);
            subscriber.complete();
          }
        }, cause);
      });
    });
  }

  busy(ms: number): void {
    if (this.alive && ms > 0) this.around.busy(ms);
  }

  log(level: LogLevel, text: string): void {
    if (!this.alive) return;
    this.around.emit({ type: 'log', atUs: this.truth.nowUs, node: this.self, level, text });
  }

  gauge(name: string, value: number): void {
    if (!this.alive) return;
    this.around.emit({ type: 'gauge', atUs: this.truth.nowUs, node: this.self, name, value });
  }

  operation(operation: Operation): void {
    if (!this.alive) return;
    this.around.emit({ type: 'operation', atUs: this.truth.nowUs, node: this.self, operation });
  }

  act(act: string, reason: string): void {
    if (!this.alive) return;
    this.around.emit({ type: 'act', atUs: this.truth.nowUs, node: this.self, act, reason });
  }

  unready(why: string): void {
    this.unreadyBecause = why;
  }

  ready(): void {
    if (this.unreadyBecause === undefined || !this.alive) return;
    this.unreadyBecause = undefined;
    const { self, incarnation } = this;
    this.around.emit({ type: 'life', atUs: this.truth.nowUs, node: self, incarnation, phase: 'ready', reason: '' });
  }

  expose(view: () => unknown): void {
    this.view = view;
  }

  private say(out: Outgoing): void {
    const mail = toMail(out);
    mail.from = this.self;
    mail.incarnation = this.incarnation;
    if (!this.inTurn || !this.alive) {
      const reason = this.alive
        ? 'outside of a turn: a behaviour may only act on its inbox and its clock'
        : 'after its death';
      this.around.drop(mail, `said ${reason}`);
      return;
    }
    mail.cause = this.cause;
    this.around.send(mail);
  }

  /** A tear-down that throws takes nobody with it but itself. */
  private release(): void {
    try {
      this.running?.unsubscribe();
    } catch (failure) {
      const text = `while it ended: ${reasonOf(failure)}`;
      this.around.emit({ type: 'log', atUs: this.truth.nowUs, node: this.self, level: 'error', text });
    }
  }

  private crash(failure: unknown): void {
    this.end(reasonOf(failure));
  }

  private end(reason: string): void {
    if (!this.alive) return;
    this.stop();
    this.around.crashed(reason);
  }
}

/** One line, whatever was thrown. */
function reasonOf(failure: unknown): string {
  if (failure instanceof UnsubscriptionError) return failure.errors.map(reasonOf).join('; ');
  return failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
}
