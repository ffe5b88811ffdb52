/**
 * One of those who keep the maps of the sharded stores: which shard has which keys, which ids are given out, and how far
 * a move of keys between shards is. They are a Raft group of their own; whoever leads it conducts the moves.
 */
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig } from '../../kernel/schema';
import type { Tier } from '../../kernel/tier';
import { Keeper } from './keeper';
import {
  accepts,
  config,
  defaults,
  type PlacementConfig,
  type PlacementIn,
  type PlacementOut,
  type PlacementTurn,
} from './settings';

/** `placement-1`: maps (`placement.ask`), ids (`placement.ids`), moves (`placement.reshard`, `.steer`, `.progress`). */
export const placement: Tier<PlacementConfig, PlacementIn, PlacementOut> = {
  kind: 'placement',
  summary: 'keeps the maps of sharded stores, gives out ids, and conducts moves between shards',
  port: 2380,
  defaults,
  parse: parseConfig(config, defaults),
  accepts,
  upstreams: ({ shards }) => shards.map((peers) => ({ peers })),
  service: ({ serviceMs, mailboxMax }) => ({
    otherwise: serviceMs,
    control: ['health.ping'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<PlacementIn, PlacementOut, Keeper>(
      (turn) => new Keeper(turn, live),
      (keeper, mail, turn) => step(keeper, mail, turn),
    ),
};

function step(keeper: Keeper, mail: Envelope<PlacementIn>, turn: PlacementTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'placement.ask':
      return keeper.maps(mail, body);
    case 'placement.ids':
      return keeper.ids(mail, body);
    case 'placement.reshard':
      return keeper.reshard(mail, body);
    case 'placement.steer':
      return keeper.steer(mail, body);
    case 'placement.progress':
      return keeper.progress(mail);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    case 'cloud.done':
    case 'cloud.failed':
    case 'shards.bundles':
    case 'shards.standing':
    case 'shards.sized':
    case 'shards.refused':
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
    default:
      return keeper.heard(mail.from, body);
  }
}
