/** Those who keep the maps, broken in one place each. */
import { Ledger } from '../../src/tiers/placement/ledger';
import { idsAreUnique } from '../placement/ids';
import { type Canary, canary } from './canary';
import { sabotage } from './sabotage';

const ids = idsAreUnique({ seed: 1, runs: 60 });

/** Whoever leads says what it is about to have decided. */
const answersAtOnce = sabotage(Ledger.prototype, 'propose', (propose) => {
  return function (this: Ledger, decision, outcome) {
    const nobody = { decided: () => undefined, lost: () => undefined };
    const { state } = this;
    const refusal = propose.call(this, decision, decision.what === 'ids' ? nobody : outcome);
    if (refusal === undefined && decision.what === 'ids') outcome.decided(state, this.state);
    return refusal;
  };
});

export const placementCanaries: readonly Canary[] = [
  canary('ids that are handed out before they are decided', ids, answersAtOnce, 'given twice'),
];
