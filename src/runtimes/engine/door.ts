/**
 * A way into a running world for what is not a node: it has an address, an inbox and an outbox, and no CPU, no life and
 * no disk. Its deadlines run on true time, since it stands outside every box.
 */
import { type Observable, Subject } from 'rxjs';
import { Asks, isExpired } from '../../kernel/asks';
import { type Address, answerTo, type Body, type Envelope, Mail, type NodeId } from '../../kernel/envelope';
import type { Door } from '../../kernel/runtime';
import type { Timer } from '../../kernel/timers';
import type { Zone } from '../../kernel/topology';
import { doorBox, type Place } from './directory';
import type { Engine } from './engine';

/** Doors do not die and come back, so all of them are in their first life. */
const onlyLife = 1;

export class EngineDoor implements Door {
  readonly inbox: Observable<Envelope>;
  private readonly incoming = new Subject<Envelope>();
  private readonly asks: Asks;
  private readonly place: Place;
  private lastId = 0;

  constructor(
    private readonly engine: Engine,
    readonly id: NodeId,
    zone: Zone,
    region = 'main',
  ) {
    this.inbox = this.incoming;
    this.place = engine.addDoor(id, doorBox(id, zone, region), (mail) => this.hear(mail));
    this.asks = new Asks({
      cause: undefined,
      arm: (timer: Timer, delayMs: number) =>
        engine.clock.schedule(timer, engine.clock.nowUs + Math.round(delayMs * 1000)),
      disarm: (timer: Timer) => engine.clock.cancel(timer),
      turn: (work: () => void) => work(),
    });
  }

  say<B extends Body>(to: Address, body: B): void {
    this.post(new Mail(to, ++this.lastId, undefined, undefined, undefined, false, body));
  }

  ask<B extends Body>(to: Address, body: B, budgetMs: number, then: (answer: Envelope | undefined) => void): void {
    const id = ++this.lastId;
    this.asks.wait(id, budgetMs, (answer) => then(isExpired(answer) ? undefined : answer));
    this.post(new Mail(to, id, undefined, undefined, budgetMs, false, body));
  }

  reply<B extends Body>(mail: Envelope, body: B): void {
    if (mail.re === undefined) this.post(answerTo(mail, ++this.lastId, body));
  }

  /** Where somebody who wrote to this door is; `undefined` if it is gone. */
  whereIs(id: NodeId): Place | undefined {
    return this.engine.directory.resolve(id);
  }

  close(): void {
    this.engine.removeDoor(this.id);
    this.incoming.complete();
  }

  private post(mail: Mail): void {
    mail.from = this.id;
    mail.incarnation = onlyLife;
    this.engine.post(mail, this.place);
  }

  private hear(mail: Mail): void {
    if (mail.re === undefined) this.incoming.next(mail);
    else if (!this.asks.settle(mail)) this.engine.drop(mail, this.id, 'nobody waits for this answer any more');
  }
}
