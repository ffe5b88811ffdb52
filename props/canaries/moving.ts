/** Conductors that leave out one step each, on shards that would notice most of it or on such as would not. */
import { soundCaution } from '../../src/sharding/caution';
import { MoveHearing } from '../../src/sharding/move-hearing';
import { MovePlan } from '../../src/sharding/moving';
import { movingClaim } from '../moving/claim';
import { type Canary, canary, soon } from './canary';
import { asItIs, type Sabotage, sabotageHidden } from './sabotage';

const sound = movingClaim({ seed: 3, runs: 150 });
/** Shards that own whatever they are told to, without comparing it with what was released. */
const trusting = movingClaim({ seed: 3, runs: 150, caution: { ...soundCaution, compares: false } });
const hurried = movingClaim({ seed: 3, runs: 600, only: ['depose', 'abort', 'cut'] });
const unfenced = movingClaim({ seed: 3, runs: 150, caution: { ...soundCaution, compares: false, fences: false } });
const forgetful = movingClaim({ seed: 3, runs: 150, caution: { ...soundCaution, keeps: false } });

const neverCatchesUp = sabotageHidden(MovePlan.prototype, 'hasAll', () => () => true);

const switchesAtOnce = sabotageHidden(MovePlan.prototype, 'hasBoth', () => () => true);

/** Instead of deciding the switch it has the source let go first. */
const cleansFirst = sabotageHidden(MovePlan.prototype, 'forward', (forward) => {
  return function (...given) {
    const step: unknown = forward.call(this, ...given);
    const [attempt, heard] = given;
    const isSwitch = field(field(step, 'decision'), 'what') === 'switch';
    if (!isSwitch || field(heard, 'isCleaned') === true) return step;
    const [slice, version] = [field(attempt, 'slice'), field(attempt, 'version')];
    return { what: 'ask', shard: field(slice, 'from'), body: { kind: 'shards.clean', slice, version }, saying: '' };
  };
});

const forgetsToGoBack = sabotageHidden(MovePlan.prototype, 'isTurning', () => () => false);

/** The source takes back what the destination may still come to own: it is asked first. */
const asksTheSourceFirst = sabotageHidden(MovePlan.prototype, 'undoing', (undoing) => {
  return function (attempt, who) {
    const step: unknown = undoing.call(this, attempt, who);
    const slice = field(attempt, 'slice');
    if (typeof step !== 'object' || step === null || who === 'undone') return step;
    return { ...step, shard: field(slice, who === 'destination' ? 'from' : 'to') };
  };
});
const thenTheDestination = sabotageHidden(MoveHearing.prototype, 'undoneBy', () => (shard, slice) => {
  return shard === field(slice, 'from') ? 'source' : 'undone';
});
const undoesTheSourceFirst: Sabotage = (run) => asksTheSourceFirst(() => thenTheDestination(run));

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

const lost = ['a write is lost', 'no owner', 'switched too soon'];

export const movingCanaries: readonly Canary[] = [
  canary('a conductor that switches before the destination has caught up', trusting, neverCatchesUp, ...lost),
  canary('shards without a fence', unfenced, asItIs, ...lost),
  canary('a map that is switched before the destination has decided', sound, switchesAtOnce, 'switched too soon'),
  canary('a source that cleans up before the switch', sound, cleansFirst, 'cleaned too soon', ...lost),
  canary('a source that keeps nothing of what it releases', forgetful, asItIs, ...lost),
  canary('an abort that forgets to go back', sound, forgetsToGoBack, 'no end'),
  canary(
    'a source that takes back what the destination may own',
    soon(hurried, 26),
    undoesTheSourceFirst,
    'two owners',
  ),
];
