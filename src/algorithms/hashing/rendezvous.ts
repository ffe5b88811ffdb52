/**
 * Rendezvous hashing (Thaler & Ravishankar 1998, "highest random weight"): every place draws a number for the key, the
 * highest has it. With weights w it is the highest −w/ln(draw) (Schindelhauer & Schomaker 2005; Resch 2015): the chance to
 * win is proportional to w, and whose weight does not change loses keys only to those whose weight grew.
 */
import { hash64, mix } from './hash64';
import { demandNames, demandWeights, type Key, type Locator } from './locator';
import { Word64 } from './word64';

/** Places by the highest draw. A place draws by its name, so places can come and go in any order. */
export function rendezvousLocator(names: readonly string[], weights?: readonly number[]): Locator {
  const places = demandNames(names).length;
  const draws = names.map((name) => hash64(name));
  const heavy = demandWeights(places, weights);
  const isEven = heavy.every((weight) => weight === heavy[0]);
  return {
    places,
    locate(key: Key): number {
      const { high, low } = hash64(key);
      const word = new Word64(0, 0);
      let best = 0;
      let highest = Number.NEGATIVE_INFINITY;
      for (let place = 0; place < places; place++) {
        const draw = draws[place];
        if (draw === undefined) continue;
        const { fraction } = mix(word.set(high ^ draw.high, low ^ draw.low));
        // Where all weigh the same, the logarithm would not change who is highest.
        const score = isEven ? fraction : -(heavy[place] ?? 1) / Math.log(fraction);
        if (score <= highest) continue;
        highest = score;
        best = place;
      }
      return best;
    },
  };
}
