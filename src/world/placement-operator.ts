/**
 * What is asked by hand of those who keep the maps of sharded stores: who has which keys, and moves of them.
 */
import type { Body } from '../kernel/envelope';
import { Schema, Type } from '../kernel/schema';
import {
  type Change,
  type MoveProgress,
  moveProgress,
  type PlacementSteer,
  placementMaps,
  placementRefused,
  placementTaken,
} from '../protocols/placement';
import { type Family, family as familyType, type ShardMap } from '../protocols/shard-map';
import type { Heard, Mode, Now } from './operator';
import { Refusal } from './quantities';
import { isAlive } from './replicas';
import { ReplicationOperator } from './replication-operator';
import { inTurn, type Referral } from './sql-operator';

/** A change of the shards, or `last`: without the one that came last. */
export type Resharding = Change | { readonly what: 'last' };

/** How the moves stand, and of which families there are maps. */
export interface Moves {
  /** Who decides, if anybody does. */
  readonly decides?: string;
  readonly families: readonly Family[];
  /** Of each family the move under way, or else its last one. */
  readonly moves: readonly MoveProgress[];
}

const placementKind = 'placement';
const budgetMs = 5_000;
/** While nobody decides, because whoever did has died, all are asked once more after so long ... */
const againMs = 250;
/** ... and so often: an election takes less. */
const roundsMax = 12;

const shown = new Schema(
  Type.Object({
    role: Type.String(),
    term: Type.Number(),
    maps: Type.Array(Type.Object({ family: familyType })),
    moves: Type.Array(moveProgress),
  }),
);

export abstract class PlacementOperator<M extends Mode> extends ReplicationOperator<M> {
  /** How the moves stand: a look, of which nobody notices anything. */
  moves(): Now<M, Moves> {
    return this.chain(this.census(), ({ nodes }) => {
      const keepers = nodes.filter(({ spec, state }) => spec.kind === placementKind && isAlive(state));
      return this.newest(
        keepers.map(({ spec }) => spec.id),
        { families: [], moves: [] },
        -1,
      );
    });
  }

  /** The newest maps, from whoever decides. */
  shardMaps(family?: Family): Now<M, readonly ShardMap[]> {
    return this.chain(
      this.keepers({ kind: 'placement.ask', ...(family === undefined ? {} : { family }) }),
      (answer) => {
        if (!placementMaps.accepts(answer)) throw new Refusal(`an unexpected answer: ${answer.kind}`);
        return this.known(answer.maps);
      },
    );
  }

  /**
   * Has keys move until the shards are as they are wanted. Gives back how the move begins; it goes on by itself.
   *
   * @param family which store; by default the relational one, or the only one that is sharded.
   * @param unitsPerSecond so many keys are copied per second at most; by default as fast as it goes.
   * @example
   * world.reshard({ what: 'add', count: 1 });
   */
  reshard(
    wanted: Resharding,
    { family, unitsPerSecond }: { readonly family?: Family; readonly unitsPerSecond?: number } = {},
  ): Now<M, MoveProgress> {
    const rate = unitsPerSecond === undefined || unitsPerSecond === 0 ? {} : { unitsPerSecond };
    return this.chain(this.mapMeant(family), (map) => {
      const body = { kind: 'placement.reshard', family: map.family, change: changeOf(wanted, map), ...rate };
      return this.taken(body);
    });
  }

  /** Pauses, resumes or gives up the move of a family, or changes its rate (0: as fast as it goes). */
  steerMove(
    act: PlacementSteer['act'],
    { family, unitsPerSecond }: { readonly family?: Family; readonly unitsPerSecond?: number } = {},
  ): Now<M, MoveProgress> {
    const rate = unitsPerSecond === undefined ? {} : { unitsPerSecond };
    const body = (of: Family) => ({ kind: 'placement.steer', family: of, act, ...rate });
    if (family !== undefined) return this.taken(body(family));
    return this.chain(this.moves(), ({ moves }) => {
      const underWay = moves.filter(({ state }) => state !== 'done' && state !== 'aborted');
      const [only, another] = underWay;
      if (only === undefined) throw new Refusal(`nothing moves: there is nothing to ${act}`);
      if (another === undefined) return this.taken(body(only.family));
      throw new Refusal(`several stores move; say which: ${underWay.map((one) => one.family).join(', ')}`);
    });
  }

  protected mapMeant(family: Family | undefined): Now<M, ShardMap> {
    return this.chain(this.shardMaps(family), (maps) => {
      const [first] = maps;
      const map = maps.find((one) => one.family === 'sql') ?? first;
      if (map === undefined) throw new Refusal(`no ${family === undefined ? '' : `${family} `}store is sharded here`);
      return this.known(map);
    });
  }

  private taken(body: Body): Now<M, MoveProgress> {
    return this.chain(this.keepers(body), (answer) => {
      if (!placementTaken.accepts(answer)) throw new Refusal(`an unexpected answer: ${answer.kind}`);
      return this.known(answer.progress);
    });
  }

  /** Asks those who keep the maps until it is whoever decides. */
  private keepers(body: Body, round = 1): Now<M, Body> {
    return this.chain(this.census(), ({ nodes }) => {
      const keepers = inTurn(nodes.filter(({ spec }) => spec.kind === placementKind));
      if (keepers.length === 0) throw new Refusal('nothing is sharded here (no node of the tier placement)');
      return this.chain(this.follow({ body, budgetMs, referral }, keepers), ({ heard }) => {
        if ('reason' in heard) throw new Refusal(heard.reason);
        const { answer } = heard;
        if (!placementRefused.accepts(answer)) return this.known(answer);
        // Refused for certain, so nothing was begun: who is named as the leader may be dead, and another not elected yet.
        if (answer.because !== 'not-leader' || round >= roundsMax) throw new Refusal(answer.reason);
        return this.chain(this.lapse(againMs), () => this.keepers(body, round + 1));
      });
    });
  }

  private newest(left: readonly string[], found: Moves, term: number): Now<M, Moves> {
    const [next, ...others] = left;
    if (next === undefined) return this.known(found);
    return this.chain(this.view(next), (view) => {
      if (!shown.accepts(view) || view.term < term) return this.newest(others, found, term);
      const decides = view.role === 'leader' ? { decides: next } : {};
      if (view.term === term && view.role !== 'leader') return this.newest(others, found, term);
      const families = view.maps.map((map) => map.family);
      return this.newest(others, { ...decides, families, moves: view.moves }, view.term);
    });
  }
}

/** The last one to come: the last of those that were split off, or else of all. */
function changeOf(wanted: Resharding, { base, family }: ShardMap): Change {
  if (wanted.what !== 'last') return wanted;
  const shard = base.splits.at(-1)?.into ?? base.shards.at(-1);
  if (shard === undefined) throw new Refusal(`${family} has no shards`);
  return { what: 'remove', shard };
}

function referral(heard: Heard): Referral | undefined {
  if ('reason' in heard) return heard.why === 'not-reached' ? {} : undefined;
  const { answer } = heard;
  if (!placementRefused.accepts(answer) || answer.because !== 'not-leader') return undefined;
  return answer.leader === undefined ? {} : { to: answer.leader };
}
