/**
 * The machines of a move: new shards are ordered before anything moves, and those that have nothing any more are given
 * back at the end. If an order comes to nothing, so does the move, and all is as it was.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import { cloudAddress } from '../../protocols/cloud';
import type { ShardMap } from '../../protocols/shard-map';
import { shardsOf } from '../../sharding/change';
import type { Move, NewShard } from '../../sharding/decisions';
import { expectedShare } from '../../sharding/expected-share';
import { slicesOf } from '../../sharding/slices';
import type { Desk } from './desk';
import type { Primaries } from './primaries';
import type { PlacementConfig, PlacementTurn } from './settings';
import { tierOf } from './wish';

export class Machines {
  private readonly ordered = new Set<NodeId>();
  /** New shards that have a primary. */
  private readonly started = new Set<string>();
  /** What each shard had as the move began. */
  private readonly sizes = new Map<string, { readonly units: number; readonly keys: number }>();
  private readonly givenBack = new Set<NodeId>();
  /** Since when it waits for what is ordered. */
  private waitingSinceMs: number | undefined;

  constructor(
    private readonly turn: PlacementTurn,
    private readonly live: Live<PlacementConfig>,
    private readonly desk: Desk,
    private readonly primaries: Primaries,
  ) {}

  /** The next thing to do before slices can move. */
  order(move: Move, map: ShardMap): void {
    const { family, number } = move;
    if (move.isAborting) {
      return this.giveUp(move, 'aborted before anything moved');
    }
    for (const shard of move.newShards) {
      const missing = shard.nodes.find((node) => !this.isIn(shard.shard, node));
      if (missing !== undefined) return this.orderOne(move, map, shard, missing);
    }
    const unstarted = move.newShards.find(({ shard }) => !this.started.has(shard));
    if (unstarted !== undefined) return this.awaitPrimary(move, unstarted.shard);
    const unmeasured = shardsOf(map.base).find((shard) => !this.sizes.has(shard));
    if (unmeasured !== undefined) return this.measure(unmeasured);
    const all = [...this.sizes.values()];
    const units = all.reduce((sum, one) => sum + one.units, 0);
    const keysBefore = all.reduce((sum, one) => sum + one.keys, 0);
    const { unitsPerSlice } = this.live.now;
    const slices = slicesOf(map.base, move.next, { units, unitsPerSlice });
    const share = expectedShare(map.base, move.next);
    this.desk.decide({ what: 'start', family, number, slices: [...slices], keysBefore, expectedShare: share });
  }

  /** The next thing to do once nothing moves any more. */
  giveBack(move: Move, map: ShardMap): void {
    const { family, number } = move;
    const needed = shardsOf(map.base);
    const known = [...new Set([...shardsOf(move.before), ...shardsOf(move.next)])];
    for (const shard of known.filter((one) => !needed.includes(one))) {
      const ordered = move.newShards.find((one) => one.shard === shard)?.nodes ?? [];
      const nodes = [...new Set([...ordered, ...(this.turn.node.members.now[shard] ?? [])])];
      const node = nodes.find((one) => !this.givenBack.has(one));
      if (node !== undefined) return this.retire(node, shard);
    }
    this.desk.decide({ what: 'end', family, number });
  }

  private isIn(shard: string, node: NodeId): boolean {
    return this.turn.node.members.now[shard]?.includes(node) === true;
  }

  private orderOne(move: Move, map: ShardMap, { shard, nodes }: NewShard, node: NodeId): void {
    const { orderMs, ordersMax } = this.live.now;
    // Whom there is to talk to is told a moment later.
    if (this.ordered.has(node)) return this.await(move, `waiting for ${node}`, `${node} is ordered and does not come`);
    this.desk.begin(`ordering ${node} for ${shard}`);
    const config = { ...this.live.now.newNodes[move.family], group: nodes, sharding: { shard, map } };
    const tier = tierOf[move.family];
    const order = { kind: 'cloud.spawn', tier, node, pool: shard, config, restart: 'always' } as const;
    this.turn.ask(cloudAddress, order, orderMs, (answer) => {
      const body = isExpired(answer) ? undefined : answer.body;
      if (body?.kind === 'cloud.done') {
        this.turn.node.report.act(`order ${node}`, `${shard} is wanted`);
        this.ordered.add(node);
        return this.desk.done();
      }
      const why = body === undefined ? 'the cloud does not answer' : 'reason' in body ? body.reason : body.kind;
      // Whoever conducted before may have ordered it.
      if (why.startsWith(`${node} is there already`)) {
        this.ordered.add(node);
        return this.desk.done();
      }
      if (this.desk.failures + 1 < ordersMax) return this.desk.failed(why);
      this.giveUp(move, `no machine for ${shard}: ${why}`);
    });
  }

  private await(move: Move, saying: string, tooLong: string): void {
    const { orderMs, retryMs } = this.live.now;
    const sinceMs = this.waitingSinceMs ?? this.turn.nowMs;
    this.waitingSinceMs = sinceMs;
    if (this.turn.nowMs - sinceMs < orderMs) this.desk.wait(retryMs, saying);
    else this.giveUp(move, tooLong);
  }

  private giveUp({ family, number }: Move, reason: string): void {
    this.desk.decide({ what: 'give-up', family, number, reason });
  }

  /** Copies that are new take a while to agree on one. */
  private awaitPrimary(move: Move, shard: string): void {
    const saying = `waiting for a primary of ${shard}`;
    this.desk.begin(saying);
    this.primaries.ask(shard, { kind: 'shards.status' }, this.live.now.askMs, (answer) => {
      if (!('failure' in answer) && answer.kind === 'shards.standing') {
        this.started.add(shard);
        return this.desk.done();
      }
      const why = 'failure' in answer ? answer.failure : `it answers ${answer.kind}`;
      this.await(move, `${saying}: ${why}`, `${shard} got no primary: ${why}`);
    });
  }

  private measure(shard: string): void {
    this.desk.begin(`counting what ${shard} has`);
    this.primaries.ask(shard, { kind: 'shards.size' }, this.live.now.askMs, (answer) => {
      if ('failure' in answer) return this.desk.failed(answer.failure);
      if (answer.kind !== 'shards.sized') return this.desk.failed(`${shard} answered ${answer.kind}`);
      this.sizes.set(shard, answer);
      this.desk.done();
    });
  }

  private retire(node: NodeId, shard: string): void {
    this.desk.begin(`giving back ${node}`);
    this.turn.ask(cloudAddress, { kind: 'cloud.retire', node }, this.live.now.orderMs, (answer) => {
      const body = isExpired(answer) ? undefined : answer.body;
      const isGone = body !== undefined && 'reason' in body && body.reason.startsWith(`there is no node ${node}`);
      if (body?.kind !== 'cloud.done' && !isGone) {
        const why = body === undefined ? 'the cloud does not answer' : 'reason' in body ? body.reason : body.kind;
        return this.desk.failed(why);
      }
      this.givenBack.add(node);
      this.turn.node.report.act(`give back ${node}`, `${shard} has nothing any more`);
      this.desk.done();
    });
  }
}
