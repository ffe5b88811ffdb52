/**
 * Shards that store texts in memory and have no other cares, for tests of whoever moves keys between them: the first of a
 * group is its primary for ever, the others say so.
 */
import type { ErrorBody } from '../kernel/control';
import { machine } from '../kernel/machine';
import { type BodyOf, message, parseConfig, type Static, Type } from '../kernel/schema';
import { freeService } from '../kernel/service';
import { type AnyTier, tier } from '../kernel/tier';
import { shardMap } from '../protocols/shard-map';
import {
  type ShardsAnswer,
  type ShardsDecided,
  type ShardsRead,
  shardsDecided,
  shardsReads,
} from '../protocols/shards';
import { newOwnership } from '../sharding/ownership-state';
import { SmallShard } from '../sharding/small-shard';

const config = Type.Object({
  group: Type.Array(Type.String()),
  sharding: Type.Object({ shard: Type.String({ minLength: 1 }), map: shardMap }),
  /** There are so many keys at first, from 0 on, in all shards together. */
  keys: Type.Integer({ minimum: 0 }),
});
type Config = Static<typeof config>;

/** Put a text under a key. */
const put = message('small.put', { key: Type.Integer(), text: Type.String() });
const done = message('small.done', { judged: Type.String() });
type In = BodyOf<typeof put> | ShardsDecided | ShardsRead;
type Out = BodyOf<typeof done> | ShardsAnswer | ErrorBody;

const defaults: Config = {
  group: [],
  sharding: {
    shard: 'nowhere',
    map: {
      family: 'sql',
      version: 1,
      tables: [],
      base: { method: 'modulo', shards: ['nowhere'], splits: [], isolated: [] },
    },
  },
  keys: 0,
};

/** A `db` for catalogues of tests. */
export const smallShards: AnyTier = tier<Config, In, Out>({
  kind: 'db',
  summary: 'a shard of texts',
  port: 5432,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [put, ...shardsDecided, ...shardsReads],
  upstreams: () => [],
  service: () => freeService,
  behave: ({ now: { group, sharding, keys } }) =>
    machine<In, Out, SmallShard>(
      (turn) => {
        const rows = Array.from({ length: keys }, (_, key) => [{ key }, `${key} at first`] as const);
        const shard = SmallShard.founded(newOwnership(sharding.shard, sharding.map), rows);
        turn.node.report.expose(() => ({ rows: shard.rows.length, phase: shard.ownership.standing.phase }));
        return shard;
      },
      (shard, mail, turn) => {
        const { body } = mail;
        const [primary = ''] = group;
        if (turn.node.self !== primary) {
          const reason = `${primary} is the primary`;
          return turn.reply(mail, { kind: 'shards.refused', because: 'not-primary', reason, primary });
        }
        if (body.kind !== 'small.put') return turn.reply(mail, answer(shard, body));
        turn.reply(mail, { kind: 'small.done', judged: shard.change({ key: body.key }, body.text) });
      },
    ),
});

function answer(shard: SmallShard, body: ShardsDecided | ShardsRead): ShardsAnswer {
  switch (body.kind) {
    case 'shards.extract':
      return shard.ownership.extract(body, shard.at);
    case 'shards.changes':
      return shard.ownership.changes(body, shard.at);
    case 'shards.status':
      return shard.ownership.standing;
    case 'shards.size':
      return { kind: 'shards.sized', ...counted(shard), tables: [], changedAt: shard.ownership.state.changedAt };
    default:
      return shard.decide(body);
  }
}

function counted({ rows }: SmallShard): { readonly units: number; readonly keys: number } {
  return { units: rows.length, keys: rows.filter(([{ part }]) => part === undefined).length };
}
