/**
 * The ring of libketama (Richard Jones, 2007), on which memcached's clients agree: MD5, 32 bits, 160 points for a server of
 * average weight. Whoever shares servers with such clients finds their keys by it.
 */
import { Continuum, type Point } from './continuum';
import { demandNames, demandWeights, type Key } from './locator';
import { md5 } from './md5';
import { Ring } from './ring';

/** Of average weight; each is good for four points. */
const digestsPerServer = 40;

/**
 * A ring as libketama makes it, and libmemcached's weighted ketama but for rounding. Names are as the clients write servers: `10.0.1.1:11211`
 * for libketama, `10.0.1.1` for libmemcached where the port is memcached's own. Weights count relative to each other, so
 * that a server that comes changes how many points the others have where weights differ.
 *
 * @example
 * ketamaRing(['10.0.1.1:11211', '10.0.1.2:11211']).locate('user:42');
 */
export function ketamaRing(names: readonly string[], weights?: readonly number[]): Ring {
  demandNames(names);
  const heavy = demandWeights(names.length, weights);
  const total = heavy.reduce((sum, weight) => sum + weight, 0);
  const points = names.flatMap((name, place) => {
    const digests = digestsOf((heavy[place] ?? 1) / total, names.length);
    return Array.from({ length: digests }, (_, number) => pointsOf(`${name}-${number}`, place)).flat();
  });
  return new Ring(names, heavy, new Continuum(points, 2 ** 32), ketamaHash);
}

/** Where on the circle a key lies: the first word of its digest. Integers count as they are written. */
export function ketamaHash(key: Key): number {
  return md5(String(key))[0];
}

/**
 * In the mix of floats and doubles of libketama's C, since a product that falls short of a whole number by rounding costs
 * four points: so for 61 equal servers. libmemcached, which reckons in floats alone, has this first for 25.
 */
function digestsOf(share: number, servers: number): number {
  return Math.floor(Math.fround(Math.fround(share) * digestsPerServer * servers));
}

/** Each word of a digest is a point. */
function pointsOf(text: string, place: number): Point[] {
  return md5(text).map((position) => ({ position, place }));
}
