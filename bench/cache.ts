/**
 * What a cache gets through: the bare policies beside the npm package lru-cache doing the same gets, sets and times to
 * live in the same thread, the same through a cache node, and the keys of a trace from a file.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { traceBatches } from '../repl/trace-file';
import { BoundedCache } from '../src/algorithms/cache/bounded-cache';
import type { PolicyName } from '../src/algorithms/cache/policies';
import { isExpired } from '../src/kernel/asks';
import { machine } from '../src/kernel/machine';
import { seeded } from '../src/kernel/random';
import { type BodyOf, message, parseConfig, Type } from '../src/kernel/schema';
import { freeService } from '../src/kernel/service';
import { tier } from '../src/kernel/tier';
import {
  type CacheGet,
  type CacheMissing,
  type CacheSet,
  type CacheStored,
  type CacheValue,
  cacheMissing,
  cacheStored,
  cacheValue,
} from '../src/protocols/cache';
import { SimulatedRuntime } from '../src/runtimes/simulated/simulated-runtime';
import { cache as cacheTier } from '../src/tiers/cache';
import { zipf } from '../src/workload/popularity';
import { TraceCache } from '../src/world/trace-cache';
import { type Benchmark, happened, perSecond, type Side } from './harness';
import { box, node } from './worlds';

const keys = 100_000;
const capacity = 20_000;
const valueBytes = 40;
const bytesMax = 64 * 1024 * 1024;
const ttlMs = 60_000;
/** One in so many requests writes, whether the key is there or not; the others ask, and fill what is missing. */
const writesEvery = 10;

/** The same keys for everybody, as popular as pages are. */
const drawn: readonly string[] = (() => {
  const [draw, random] = [zipf(keys, 0.99), seeded('cache bench')];
  return Array.from({ length: 1 << 18 }, () => `users:${draw(random)}`);
})();
const keyAt = (at: number): string => drawn[at & (drawn.length - 1)] ?? '';
const value = 'x'.repeat(valueBytes);
const sizeOf = (key: string): number => key.length + valueBytes;

/** What was asked for and found, so that nobody is quick by finding nothing. */
interface Found {
  readonly requests: number;
  readonly hits: number;
}

function side(name: string, requests: number, work: (count: number) => Found): Side {
  return {
    name,
    unit: '/s',
    measure: (scale) =>
      perSecond(() => {
        const count = Math.round(requests * scale);
        const found = work(count);
        happened(`requests of ${name}`, found.requests, count);
        happened(`hits of ${name}`, found.hits, count * 0.5, count * 0.9);
        return count;
      }),
  };
}

/** Reads its clock as seldom as the peer does, which keeps what it read for a millisecond. */
class Clock {
  nowMs = performance.now();
  readonly wallMs = 0;

  tick(at: number): void {
    if (at % 1_000 === 0) this.nowMs = performance.now();
  }
}

function bare(policy: PolicyName): Side {
  const held = new BoundedCache<string>(policy, { entriesMax: capacity, bytesMax, overheadBytes: 56 });
  const clock = new Clock();
  return side(policy, 2_000_000, (count) => {
    const before = held.counters.hits;
    const set = (key: string): void => {
      held.set(key, value, sizeOf(key), { clock: 'monotonic', atMs: clock.nowMs + ttlMs }, clock);
    };
    for (let at = 0; at < count; at++) {
      const key = keyAt(at);
      clock.tick(at);
      if (at % writesEvery === 0) set(key);
      else if (held.get(key, clock) === undefined) set(key);
    }
    return { requests: count, hits: held.counters.hits - before };
  });
}

function peer(): Side {
  const held = new LRUCache<string, string>({ max: capacity, maxSize: bytesMax, ttl: ttlMs });
  return side('lru-cache', 2_000_000, (count) => {
    let hits = 0;
    const set = (key: string): void => void held.set(key, value, { size: sizeOf(key) + 56, ttl: ttlMs });
    for (let at = 0; at < count; at++) {
      const key = keyAt(at);
      if (at % writesEvery === 0) set(key);
      else if (held.get(key) === undefined) set(key);
      else hits++;
    }
    return { requests: count, hits };
  });
}

const order = message('bench.ask', { requests: Type.Integer(), abreast: Type.Integer() });
const done = message('bench.done', { requests: Type.Integer(), hits: Type.Integer() });
type In = BodyOf<typeof order> | CacheValue | CacheMissing | CacheStored;
type Out = BodyOf<typeof done> | CacheGet | CacheSet;

/** Somebody who asks a cache node, so many requests at a time. */
const asker = tier<object, In, Out>({
  kind: 'asker',
  summary: 'for measuring',
  port: 1,
  defaults: {},
  parse: parseConfig(Type.Object({}), {}),
  accepts: [order, cacheValue, cacheMissing, cacheStored],
  upstreams: () => [],
  service: () => ({ ...freeService, mailboxMax: 100_000 }),
  behave: () =>
    machine<In, Out, undefined>(
      () => undefined,
      (_state, mail, turn) => {
        const { body } = mail;
        if (body.kind !== 'bench.ask') return;
        const { requests, abreast } = body;
        let [asked, ended, hits] = [0, 0, 0];
        const end = (): void => {
          if (++ended === requests) turn.reply(mail, { kind: 'bench.done', requests, hits });
          else next();
        };
        const set = (key: string): void => {
          turn.ask('cache-2', { kind: 'cache.set', key, value, seconds: ttlMs / 1000 }, 1_000, end);
        };
        const next = (): void => {
          if (asked === requests) return;
          const at = asked++;
          const key = keyAt(at);
          if (at % writesEvery === 0) return set(key);
          turn.ask('cache-2', { kind: 'cache.get', key }, 1_000, (answer) => {
            if (isExpired(answer) || answer.body.kind !== 'cache.value') return set(key);
            hits++;
            end();
          });
        };
        for (let i = 0; i < abreast; i++) next();
      },
    ),
});

function throughNode(): Side {
  const tiers = new Map([
    ['asker', asker],
    ['cache', tier(cacheTier)],
  ]);
  const runtime = new SimulatedRuntime({
    catalogue: { tiers, faults: new Map(), jobs: {} },
    detail: 'acts',
    hashed: false,
  });
  const config = { entriesMax: capacity, bytesMax };
  runtime.apply({ boxes: [box(1), box(2)], nodes: [node('asker', 1), node('cache', 2, config)] }, () => undefined);
  const door = runtime.attach('bench', 'provider');
  return side('a cache node', 200_000, (requests) => {
    let found: Found = { requests: 0, hits: 0 };
    let isOver = false;
    door.ask('asker-1', { kind: 'bench.ask', requests, abreast: 64 }, 1e9, (answer) => {
      if (answer !== undefined && done.accepts(answer.body)) found = answer.body;
      isOver = true;
    });
    runtime.runTo(Number.MAX_SAFE_INTEGER, () => isOver);
    return found;
  });
}

class Trace {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tierrarium-bench-'));
  private readonly file = join(this.folder, 'made.trace');
  private readonly lines = 1_000_000;

  constructor() {
    writeFileSync(this.file, Array.from({ length: this.lines }, (_, at) => `${keyAt(at)}\n`).join(''));
  }

  side(policy: PolicyName): Side {
    return {
      name: `replay-trace ${policy}`,
      unit: '/s',
      measure: async () => {
        const fromMs = performance.now();
        const held = new TraceCache(policy, capacity);
        for await (const { keys: batch } of traceBatches(this.file)) held.ask(batch);
        held.close();
        happened('requests of the trace', held.count.requests, this.lines);
        return (this.lines * 1000) / (performance.now() - fromMs);
      },
    };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const cache: Benchmark = {
  name: 'cache',
  summary: 'cache policies and a cache node beside lru-cache, and keys of a trace',
  open() {
    const trace = new Trace();
    const theirs = peer();
    return {
      rows: [
        {
          what: 'LRU with TTL, in the same thread',
          ours: bare('lru'),
          peer: theirs,
          reach: { of: 'rate', atLeast: 0.5 },
        },
        { what: 'LFU', ours: bare('lfu'), peer: theirs },
        { what: 'FIFO', ours: bare('fifo'), peer: theirs },
        { what: 'LRU through a cache node', ours: throughNode(), peer: theirs, reach: { of: 'rate', atLeast: 0.05 } },
        { what: 'keys of a trace, LRU', ours: trace.side('lru') },
        { what: 'keys of a trace, LFU', ours: trace.side('lfu') },
      ],
      close: () => trace.close(),
    };
  },
};
