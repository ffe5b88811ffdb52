/**
 * One of those who watch over a replicated database from outside and agree who its primary is. They are a Raft group of
 * their own, on boxes and hosts of their own: a majority of them makes every term unique, and whoever leads them grants
 * the primary its lease and runs the promotions.
 */
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig } from '../../kernel/schema';
import type { Tier } from '../../kernel/tier';
import {
  accepts,
  config,
  defaults,
  type ObserverConfig,
  type ObserverIn,
  type ObserverOut,
  type ObserverTurn,
} from './settings';
import { Watch } from './watch';

/** `observer-1`: grants leases (`observers.renew`), promotes (`observers.promote`), tells (`observers.ask`). */
export const observer: Tier<ObserverConfig, ObserverIn, ObserverOut> = {
  kind: 'observer',
  summary: 'watches over a replicated database and agrees with its peers who is the primary',
  port: 2379,
  defaults,
  parse: parseConfig(config, defaults),
  accepts,
  upstreams: ({ databases }) => [{ pool: databases, optional: true }],
  service: ({ serviceMs, mailboxMax }) => ({
    otherwise: serviceMs,
    control: ['health.ping'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<ObserverIn, ObserverOut, Watch>(
      (turn) => new Watch(turn, live),
      (watch, mail, turn) => step(watch, mail, turn),
    ),
};

function step(watch: Watch, mail: Envelope<ObserverIn>, turn: ObserverTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'observers.renew':
      return watch.renew(mail, body);
    case 'observers.promote':
      return watch.promote(mail, body);
    case 'observers.ask':
      return turn.reply(mail, watch.view);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    case 'health.pong':
    case 'cloud.done':
    case 'cloud.failed':
    case 'replication.standing':
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
    default:
      return watch.heard(mail.from, body);
  }
}
