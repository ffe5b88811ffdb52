/**
 * How long it takes to know where a key belongs, beside npm's hashring, which also makes its points as ketama does; and
 * what it costs to count who is asked for most, beside a Map that remembers everybody.
 */
import HashRing from 'hashring';
import { jumpLocator } from '../src/algorithms/hashing/jump';
import { ketamaRing } from '../src/algorithms/hashing/ketama';
import type { Key } from '../src/algorithms/hashing/locator';
import { moduloLocator } from '../src/algorithms/hashing/modulo';
import { rendezvousLocator } from '../src/algorithms/hashing/rendezvous';
import { hashRing } from '../src/algorithms/hashing/ring';
import { SpaceSaving } from '../src/algorithms/space-saving';
import { seeded } from '../src/kernel/random';
import { type Benchmark, collectGarbage, happened, perSecond, type Side } from './harness';

const servers = Array.from({ length: 10 }, (_, i) => `10.0.1.${i + 1}:11211`);
const manyServers = Array.from({ length: 100 }, (_, i) => `10.0.2.${i + 1}:11211`);
/** Far more than hashring's cache has room for, which is 5,000. */
const ids = Array.from({ length: 200_000 }, (_, id) => id);
const texts = ids.map((id) => `user:${id}`);
const fewTexts = ids.map((id) => `user:${id % 1_000}`);
const capacity = 1_000;

/** Places so many keys and checks that each server got some: 200,000 keys cannot leave one of ten without any. */
function lookUps<K extends Key>(name: string, keys: readonly K[], locate: (key: K) => number | string): Side {
  return {
    name,
    unit: '/s',
    measure(scale) {
      const wanted = keys.slice(0, keys.length * scale);
      const seen = new Set<number | string>();
      const rate = perSecond(() => {
        let last: number | string = '';
        for (const key of wanted) {
          const place = locate(key);
          // Neighbours at the same place need no second look, which leaves the loop to the look-ups.
          if (place !== last) seen.add(place);
          last = place;
        }
        return wanted.length;
      });
      happened(`${name}: servers that got keys`, seen.size, servers.length);
      return rate;
    },
  };
}

/** How much more memory there is in use after something was made: several of them, or the heap's own noise is larger. */
function memory(name: string, copies: number, make: () => unknown): Side {
  return {
    name,
    unit: 'MB',
    measure() {
      collectGarbage();
      const before = used();
      const made = Array.from({ length: copies }, make);
      collectGarbage();
      const grown = (used() - before) / 1e6 / made.length;
      if (grown <= 0) throw new Error(`${name}: nothing was made that takes memory`);
      return grown;
    },
  };
}

function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Counts a million requests; few keys come often, many seldom. */
function counting(name: string, requested: Int32Array, make: () => (id: number) => void): Side {
  return {
    name,
    unit: '/s',
    measure(scale) {
      const add = make();
      const count = Math.round(requested.length * scale);
      return perSecond(() => {
        for (let i = 0; i < count; i++) add(requested[i] ?? 0);
        return count;
      });
    },
  };
}

function inMap(): (id: number) => void {
  const counts = new Map<number, number>();
  return (id) => void counts.set(id, (counts.get(id) ?? 0) + 1);
}

function inSketch(): (id: number) => void {
  const sketch = new SpaceSaving<number>(capacity);
  return (id) => sketch.add(id);
}

/** Counts all and hands over who counted, so that it is still there when its memory is taken. */
function full(requested: Int32Array, make: () => (id: number) => void): () => unknown {
  return () => {
    const add = make();
    for (const id of requested) add(id);
    return add;
  };
}

export const hashing: Benchmark = {
  name: 'hashing',
  summary: 'where a key belongs, and which keys are hot, beside hashring and a Map',
  open() {
    const random = seeded(1);
    const requested = Int32Array.from({ length: 1_000_000 }, () => Math.floor(1_000_000 ** random.next()));
    const ring = hashRing(servers);
    const ketama = ketamaRing(servers);
    const jump = jumpLocator(servers.length);
    const rendezvous = rendezvousLocator(servers);
    const modulo = moduloLocator(servers.length);
    const hashring = new HashRing(servers);
    const peer = lookUps('hashring', texts, (key) => hashring.get(key));
    const cached = lookUps('hashring', fewTexts, (key) => hashring.get(key));
    const goal = { of: 'rate', atLeast: 5 } as const;
    return {
      rows: [
        { what: 'ring: look up a text', ours: lookUps('ring', texts, (key) => ring.locate(key)), peer, reach: goal },
        { what: 'jump: look up a text', ours: lookUps('jump', texts, (key) => jump.locate(key)), peer, reach: goal },
        { what: 'ketama: look up a text', ours: lookUps('ketama', texts, (key) => ketama.locate(key)), peer },
        {
          what: 'ring: look up 1,000 texts again and again',
          ours: lookUps('ring', fewTexts, (key) => ring.locate(key)),
          peer: cached,
        },
        { what: 'ring: look up an id', ours: lookUps('ring', ids, (key) => ring.locate(key)) },
        { what: 'jump: look up an id', ours: lookUps('jump', ids, (key) => jump.locate(key)) },
        { what: 'rendezvous: look up an id', ours: lookUps('rendezvous', ids, (key) => rendezvous.locate(key)) },
        { what: 'modulo: look up an id', ours: lookUps('modulo', ids, (key) => modulo.locate(key)) },
        {
          what: 'memory of a ring of 100 × 160 points',
          ours: memory('ring', 50, () => hashRing(manyServers)),
          peer: memory('hashring', 50, () => new HashRing(manyServers)),
        },
        {
          what: 'count a request (1,000 hot keys)',
          ours: counting('sketch', requested, inSketch),
          peer: counting('Map', requested, inMap),
        },
        {
          what: 'memory after a million requests',
          ours: memory('sketch', 5, full(requested, inSketch)),
          peer: memory('Map', 5, full(requested, inMap)),
        },
      ],
      close: () => void hashring.end(),
    };
  },
};
