/** Sites of which one part does without one of its cautions while keys move. */
import { tier } from '../../src/kernel/tier';
import { type Caution, soundCaution } from '../../src/sharding/caution';
import { MovePlan } from '../../src/sharding/moving';
import { Ownership } from '../../src/sharding/ownership';
import { databaseWith } from '../../src/tiers/database';
import { catalogue } from '../../src/world/product';
import { moves } from '../sharding/claim';
import { type Canary, canary, soon } from './canary';
import { asItIs, sabotage, sabotageHidden } from './sabotage';

/**
 * All that holds while keys move, of a site whose shards leave something out. A write has to come in the few milliseconds
 * of a step that is left out: seeds were searched for.
 */
function without(caution: Partial<Caution>, seed: number): ReturnType<typeof moves> {
  const tiers = new Map([...catalogue.tiers, ['db', tier(databaseWith({ ...soundCaution, ...caution }))]]);
  return moves({ seed, runs: 20, catalogue: { ...catalogue, tiers } });
}

const notesNothing = sabotage(Ownership.prototype, 'judge', (judge) => {
  return function (this: Ownership, key, part) {
    const judged = judge.call(this, key, part);
    return judged === 'noted' ? 'owned' : judged;
  };
});

const neverCatchesUp = sabotageHidden(MovePlan.prototype, 'hasAll', () => () => true);

const lost = ['acknowledged write lost', 'seen write lost', 'not linearizable', 'row lost', 'row missed'];

export const shardingCanaries: readonly Canary[] = [
  canary(
    'a scan during a move without the version of the map',
    without({ versions: false }, 1),
    asItIs,
    'row missed',
    'row twice',
  ),
  canary(
    'shards without a fence, on a site',
    soon(without({ fences: false, compares: false }, 38), 38, 3),
    asItIs,
    ...lost,
  ),
  canary('shards that do not note what changes under the copy', without({ compares: false }, 1), notesNothing, ...lost),
  canary(
    'a switch before the destination has caught up, on a site',
    soon(without({ compares: false }, 31), 31, 1),
    neverCatchesUp,
    ...lost,
  ),
];
