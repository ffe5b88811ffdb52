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
    let newest: Acknowledgement | undefined;
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
      if (newest !== undefined && term < newest.term && newest.by !== by) {
        const text = `${told(one)}, after ${told(newest)}`;
        if (mode === 'async' && drawn.drift === 'within') throw new Violation('deposed and acknowledges', text);
        phenomena.saw(
          mode === 'async' ? 'a deposed primary acknowledged beyond the drift' : 'an older term was told later',
        );
      }
      if (newest === undefined || term > newest.term) newest = one;
    }
    if (new Set(reigns.values()).size > 1) phenomena.saw('a primary was replaced');
  },
};

function told({ by, term, position, atUs }: Acknowledgement): string {
  return `${by} acknowledged entry ${position} of term ${term} at ${(atUs / 1_000).toFixed(3)} ms`;
}
