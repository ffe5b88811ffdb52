/**
 * Nodes that knock at doors: a stranger sends what it is told, as any of the things that an envelope can be, and whoever
 * gets something that is not an order reports it.
 */
import { mergeMap, of } from 'rxjs';
import type { Envelope, Outgoing } from '../../src/kernel/envelope';
import { type BodyOf, message, Type } from '../../src/kernel/schema';
import { freeService } from '../../src/kernel/service';
import type { AnyTier, Behaviour } from '../../src/kernel/tier';
import { ping, plainTier, pong } from '../../src/runtimes/simulated/trial';

/** The ways in which a stranger can knock. */
export const knocks = ['question', 'statement', 'datagram', 'answer', 'configure', 'members'] as const;
export type Knock = (typeof knocks)[number];

/** The order to knock somewhere. */
export const knock = message('knock', { to: Type.String(), how: Type.String() });
type Order = BodyOf<typeof knock>;

/** The gauges by which a node reports what it heard: a knock, or a refusal of its own. */
export const heardKnock = 'heard a knock';
export const heardRefusal = 'heard a refusal';

const behaviour: Behaviour<Order> = (node) =>
  node.inbox.pipe(
    mergeMap((mail) => {
      if (mail.body.kind === 'knock') return of(knockAt(mail.body, node.nextId()));
      const isRefusal = mail.re !== undefined && (mail as Envelope).body.kind === 'refused';
      node.report.gauge(isRefusal ? heardRefusal : heardKnock, mail.re ?? 0);
      return [];
    }),
  );

/** The tier of strangers and of those whom they disturb; all of one kind, so that nothing but the place tells them apart. */
export const strangers: AnyTier = plainTier('peer', [knock, ping, pong], behaviour, freeService);

function knockAt({ to, how }: Order, id: number): Outgoing {
  switch (how) {
    case 'datagram':
      return { to, id, datagram: true, body: { kind: 'ping' } };
    case 'answer':
      return { to, id, re: 1, answers: 1, body: { kind: 'pong' } };
    case 'question':
      return { to, id, budgetMs: 1_000, body: { kind: 'ping' } };
    case 'configure':
      return { to, id, body: withFields('configure', { version: 99, config: {} }) };
    case 'members':
      return { to, id, body: withFields('members', { version: 99, pools: {} }) };
    default:
      return { to, id, body: { kind: 'ping' } };
  }
}

function withFields<F extends object>(kind: string, fields: F): { readonly kind: string } & F {
  return { kind, ...fields };
}
