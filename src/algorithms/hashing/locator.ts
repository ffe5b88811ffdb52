/**
 * What all ways of placing keys have in common: a key goes in, the number of a place comes out. Who stands at a place is
 * not known here; where names matter (a ring, rendezvous) they are handed over as texts.
 */

/** What is placed: an integer of 64 bits, signed or not, or a text. A number must be a safe integer; beyond, say it as a bigint. */
export type Key = number | bigint | string;

/** Says where keys belong. The same key is always given the same place. */
export interface Locator {
  /** How many places there are. */
  readonly places: number;
  /** The place of a key, from 0 to below `places`; throws a `RangeError` for what is no key. */
  locate(key: Key): number;
}

/** With more places than this, products of remainders would no longer be exact. */
export const placesMax = 65_536;

/** The number of places, if it is one; throws a `RangeError` otherwise. */
export function demandPlaces(places: number): number {
  if (Number.isInteger(places) && places >= 1 && places <= placesMax) return places;
  throw new RangeError(`there must be 1 to ${placesMax} places, not ${places}`);
}

/** Weights by place: 1 where nothing is said. Throws a `RangeError` for what weighs nothing. */
export function demandWeights(places: number, weights: readonly number[] = []): readonly number[] {
  if (weights.length > places) throw new RangeError(`${weights.length} weights are too many for ${places} places`);
  const all = Array.from({ length: places }, (_, place) => weights[place] ?? 1);
  for (const weight of all) {
    if (!(weight > 0 && Number.isFinite(weight))) throw new RangeError(`a weight must be above 0, not ${weight}`);
  }
  return all;
}

/** Names of places, if they tell the places apart; throws a `RangeError` otherwise. */
export function demandNames(names: readonly string[]): readonly string[] {
  demandPlaces(names.length);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new RangeError(`two places are named '${twice}'`);
  return names;
}
