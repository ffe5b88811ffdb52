/**
 * The provider's control plane: new machines, resized ones, retired ones. Everything that changes the data centre takes
 * this way, by hand or by automation; it takes time, and it can fail.
 */
import { catchError, concatMap, EMPTY, map, mergeMap, Observable, of, Subject, tap, timer } from 'rxjs';
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { metalAddress, metalOutcome, metalTopology } from '../../kernel/metal';
import type { Operation } from '../../kernel/operations';
import { parseConfig } from '../../kernel/schema';
import type { Live, Tier } from '../../kernel/tier';
import {
  type CloudDone,
  type CloudFailed,
  type CloudOrder,
  cloudResize,
  cloudRestart,
  cloudRetire,
  cloudSpawn,
} from '../../protocols/cloud';
import { healthPing } from '../../protocols/health';
import { type Plan, planFor } from './plan';
import { type CloudConfig, type CloudIn, type CloudOut, type CloudTurn, config, defaults } from './settings';

/** `cloud`: answers `cloud.spawn`, `cloud.retire`, `cloud.restart` and `cloud.resize` once they are carried out. */
export const cloud: Tier<CloudConfig, CloudIn, CloudOut> = {
  kind: 'cloud',
  summary: "the provider's control plane: spawn, retire, restart, resize",
  port: 443,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [cloudSpawn, cloudRetire, cloudRestart, cloudResize, metalOutcome, metalTopology, healthPing],
  upstreams: () => [],
  service: () => ({ otherwise: 0, mailboxMax: 10_000, overflow: 'refuse' }),
  behave: (live) =>
    machine<CloudIn, CloudOut, Orders>(
      (turn) => new Orders(turn, live),
      (orders, mail, turn) => step(orders, mail, turn),
    ),
};

function step(orders: Orders, mail: Envelope<CloudIn>, turn: CloudTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    case 'metal.outcome':
    case 'metal.topology':
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
    default:
      return orders.take(mail, body);
  }
}

/** Why an order was not carried out. */
class OrderFailed extends Error {
  override name = 'OrderFailed';
}

/**
 * Orders take their time side by side, but what they do to the data centre they do one after the other, each on the
 * data centre as the one before left it: two that come at once do not get the same name or address.
 */
class Orders {
  private readonly changes = new Subject<Observable<unknown>>();
  private underWay = 0;

  constructor(
    private readonly turn: CloudTurn,
    private readonly live: Live<CloudConfig>,
  ) {
    turn.node.report.expose(() => ({ ordersUnderWay: this.underWay }));
    turn.during(this.changes.pipe(concatMap((change) => change)));
  }

  take(mail: Envelope, order: CloudOrder): void {
    const { ordersMax } = this.live.now;
    const { turn } = this;
    if (this.underWay >= ordersMax) {
      return turn.reply(mail, {
        kind: 'cloud.failed',
        reason: `${ordersMax} orders are under way already; try again later`,
      });
    }
    this.underWay++;
    const carriedOut = this.carryOut(order).pipe(
      map((plan): CloudDone => ({ kind: 'cloud.done', text: plan.text, node: plan.node })),
      catchError((failure: unknown) => {
        if (!(failure instanceof OrderFailed)) throw failure;
        return of<CloudFailed>({ kind: 'cloud.failed', reason: failure.message });
      }),
      tap((body) => {
        this.underWay--;
        turn.reply(mail, body);
      }),
    );
    turn.during(carriedOut);
  }

  /** Refuses at once what cannot be, then takes its time, then does it. */
  private carryOut(order: CloudOrder): Observable<Plan> {
    const { clock } = this.turn.node;
    return this.plan(order).pipe(
      mergeMap(() => timer(delayMs(order, this.live.now), clock)),
      tap(() => this.mayFail()),
      mergeMap(() => this.inTurn(this.plan(order).pipe(mergeMap((plan) => this.perform(plan, plan.first))))),
      mergeMap((plan) => {
        const { drained } = plan;
        if (drained === undefined) return of(plan);
        return timer(this.live.now.drainMs, clock).pipe(mergeMap(() => this.inTurn(this.perform(plan, drained))));
      }),
    );
  }

  private mayFail(): void {
    const { failureRate } = this.live.now;
    if (failureRate > 0 && this.turn.node.random.next() < failureRate) {
      throw new OrderFailed('the provider has no capacity at the moment; try again');
    }
  }

  /** Queues a change; what comes of it is heard by whoever subscribes, and an error does not stop the queue. */
  private inTurn<T>(change: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      this.changes.next(
        change.pipe(
          tap(subscriber),
          catchError(() => EMPTY),
        ),
      );
    });
  }

  /** What the order means for the data centre as it is now. */
  private plan(order: CloudOrder): Observable<Plan> {
    return this.turn.asks(metalAddress, { kind: 'metal.list' }, this.live.now.metalMs).pipe(
      map((answer) => {
        if (isExpired(answer) || answer.body.kind !== 'metal.topology') throw unheard(answer);
        const plan = planFor(order, answer.body.topology, this.live.now);
        if (typeof plan === 'string') throw new OrderFailed(plan);
        return plan;
      }),
    );
  }

  private perform(plan: Plan, operation: Operation): Observable<Plan> {
    return this.turn.asks(metalAddress, { kind: 'metal.perform', operation }, this.live.now.metalMs).pipe(
      map((answer) => {
        if (isExpired(answer) || answer.body.kind !== 'metal.outcome') throw unheard(answer);
        if (!answer.body.ok) throw new OrderFailed(answer.body.text);
        return plan;
      }),
    );
  }
}

function unheard(answer: Answer<CloudIn | KernelAnswer>): OrderFailed {
  if (isExpired(answer)) {
    return new OrderFailed(`the machinery did not answer within ${answer.budgetMs} ms; it may still be done`);
  }
  const { body } = answer;
  return new OrderFailed(
    body.kind === 'error' || body.kind === 'refused' ? body.reason : `metal answered ${body.kind}`,
  );
}

function delayMs(order: CloudOrder, { bootMs, restartMs, resizeMs }: CloudConfig): number {
  switch (order.kind) {
    case 'cloud.spawn':
      // A process on a machine that runs already does not wait for one to boot.
      return order.box === undefined ? bootMs : restartMs;
    case 'cloud.restart':
      return restartMs;
    case 'cloud.resize':
      return resizeMs;
    case 'cloud.retire':
      return 0;
  }
}
