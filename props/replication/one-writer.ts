/**
 * Claim: in a term one node acknowledges writes. Where a single copy makes an acknowledgement, as under async, nobody
 * acknowledges in an older term once somebody has in a newer one, as long as no clock is further off than leases assume.
 */
import { Violation } from '../../src/testing/judge';
import type { Acknowledgement } from './acknowledgements';
import type { Judge } from './trial';

export const oneWriter: Judge = {
  healed({ mode, drawn, acknowledged, phenomena }) {
    const reigns = new Map<number, string>();
    const places = new Map<number, Acknowledgement>();
    for (const one of acknowledged.all) {
      const { by, term, position } = one;
      const other = reigns.get(term);
      if (other !== undefined && other !== by) {
        throw new Violation('two writers', `${told(one)}, and ${other} has acknowledged in that term`);
      }
      reigns.set(term, by);
      const before = places.get(position);
      places.set(position, one);
      // What is acknowledged twice at one place was lost in between: that is async's business alone.
      if (mode !== 'async' && before !== undefined && before.id !== one.id) {
        throw new Violation('two writes at one place', `${told(one)}, and ${told(before)}`);
      }
    }
    for (const [one, before] of late(acknowledged.all)) {
      if (mode === 'async' && drawn.drift === 'within') {
        throw new Violation('deposed and acknowledges', `${told(one)}, after ${told(before)}`);
      }
      // Where others hold it as well, it may be told late: it was decided before the newer term began.
      phenomena.saw(
        mode === 'async' ? 'a lease was overstayed by a bad clock' : 'a write of an older term was told late',
      );
    }
    if (new Set(reigns.values()).size > 1) phenomena.saw('a primary was replaced');
  },
};

/** What was acknowledged in a term after somebody else had acknowledged in a newer one, and that. */
export function late(all: readonly Acknowledgement[]): readonly (readonly [Acknowledgement, Acknowledgement])[] {
  let [newest] = all;
  const found: (readonly [Acknowledgement, Acknowledgement])[] = [];
  for (const one of all) {
    if (newest === undefined || one.term > newest.term) newest = one;
    else if (one.term < newest.term && one.by !== newest.by) found.push([one, newest]);
  }
  return found;
}

function told({ by, term, position, atUs }: Acknowledgement): string {
  return `${by} acknowledged entry ${position} of term ${term} at ${(atUs / 1_000).toFixed(3)} ms`;
}
