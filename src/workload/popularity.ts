/**
 * Which key a user asks for. Real ones are asked for unevenly: a few are popular, one may be famous.
 */
import type { Random } from '../kernel/random';

/** Draws keys 1 to n. */
export type Popularity = (random: Random) => number;

/** Each key as often as any other. */
export function uniform(keys: number): Popularity {
  return (random) => random.int(keys) + 1;
}

/**
 * Zipf's law, exactly: key k is drawn with probability k^-theta / ζ(keys, theta). YCSB takes theta 0.99 and draws from an
 * approximation of it; here the sums are looked up.
 *
 * @param theta 0 is uniform; about 1 is what web pages and posts are asked for by.
 */
export function zipf(keys: number, theta: number): Popularity {
  const sums = new Float64Array(keys);
  let sum = 0;
  for (let key = 1; key <= keys; key++) {
    sum += key ** -theta;
    sums[key - 1] = sum;
  }
  return (random) => {
    const wanted = random.next() * sum;
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low + 1;
  };
}

/** One key gets a share of all requests; the rest go to the others evenly. */
export function hot(keys: number, key: number, share: number): Popularity {
  return (random) => {
    if (keys === 1 || random.next() < share) return key;
    const other = random.int(keys - 1) + 1;
    return other < key ? other : other + 1;
  };
}
