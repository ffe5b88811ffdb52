/**
 * What a database node gets through on a thread with a real disk, beside the bare engine: point reads, and writes that are
 * answered when they are on disk. And how long a restart takes, of a database with ten times as much behind it.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import SQLite from 'better-sqlite3';
import type { Door } from '../src/kernel/runtime';
import { healthPong } from '../src/protocols/health';
import { launchRuntime } from '../src/runtimes/threaded/threaded-runtime';
import { stages } from '../src/stages';
import { simulatedSite } from '../src/testing/simulated-site';
import { inquire, inquired, readOne, writeOne } from './asker';
import { type Benchmark, happened, perSecond, type Side } from './harness';
import { applied, asked } from './threaded';
import { box, node } from './worlds';

const rows = 1_000;
const free = { seedUsers: rows, readServiceMs: 0, writeServiceMs: 0, heldMax: 10_000 };
/** Writes that one sync carries, here and at the peer. */
const together = 256;

/** A database like the other one, whose writes four cache servers are told of. */
const told = { ...node('db', 3, { ...free, caches: ['cache'] }), pool: 'told' };
const caches = [4, 5, 6, 7];

/** Of rows that are read or changed by their ids, in a second. */
function node1(door: Door, name: string, writes: boolean, count: number, to = 'db-1'): Side {
  return {
    name,
    unit: '/s',
    async measure(scale) {
      const rounds = Math.max(together, Math.round(count * scale));
      const order = { kind: inquire.kind, to, writes, rows, abreast: together, rounds } as const;
      const { done, tookMs } = await asked(door, 'asker-2', order, inquired);
      happened(name, done, rounds);
      return (done * 1000) / tookMs;
    },
  };
}

/** The engine itself with the same rows, and the same statements prepared. */
class Bare {
  readonly folder = mkdtempSync(join(tmpdir(), 'tierrarium-bench-'));
  private readonly database = new SQLite(':memory:');
  private readonly log = openSync(join(this.folder, 'log'), 'a');

  constructor() {
    const { database } = this;
    database.exec(
      'CREATE TABLE users (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, city TEXT, version INTEGER) STRICT',
    );
    const insert = database.prepare(`INSERT INTO users VALUES (?, 'Ada', 'Lovelace', 'Boston', 0)`);
    for (let id = 1; id <= rows; id++) insert.run(id);
  }

  reads(count: number): number {
    const read = this.database.prepare(readOne);
    let found = 0;
    for (let i = 0; i < count; i++) if (read.get((i % rows) + 1) !== undefined) found++;
    return found;
  }

  /** Each batch is appended and synced, then executed. */
  writes(count: number): number {
    const write = this.database.prepare(writeOne);
    let changed = 0;
    for (let from = 0; from < count; from += together) {
      const batch = Array.from({ length: Math.min(together, count - from) }, (_, at) => from + at);
      const entries = batch.map((at) => JSON.stringify([writeOne, [`city ${at}`, (at % rows) + 1]]));
      writeSync(this.log, entries.join('\n'));
      fdatasyncSync(this.log);
      for (const at of batch) changed += write.run(`city ${at}`, (at % rows) + 1).changes;
    }
    return changed;
  }

  close(): void {
    this.database.close();
    closeSync(this.log);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** From the start of its process until it serves, in virtual time, of a database that has had so many writes. */
function restart(name: string, writes: number): Side {
  return {
    name,
    unit: 'ms',
    measure() {
      const site = simulatedSite({ stage: stages.separateDatabase, seed: 1, detail: 'acts' });
      site.load({ loop: 'open', ratePerS: 500, arrivals: 'constant' }, { writes: 1, users: rows });
      site.run(`${writes / 500}s`);
      happened('writes that went well', site.loadStop().ok, writes * 0.99, writes);
      site.happened.length = 0;
      site.kill('db-1');
      site.run('10s');
      const atUs = (phase: string): number =>
        site.happened.find((event) => event.type === 'life' && event.node === 'db-1' && event.phase === phase)?.atUs ??
        Number.NaN;
      site.close();
      return (atUs('ready') - atUs('started')) / 1_000;
    },
  };
}

/** It reads its log first, and says that it is not ready until then. */
async function ready(door: Door, id: string): Promise<void> {
  for (;;) {
    const pong = await asked(door, id, { kind: 'health.ping' }, healthPong);
    if (pong.ready) return;
    await setTimeout(5);
  }
}

export const database: Benchmark = {
  name: 'database',
  summary: 'a database node beside the bare engine: reads, durable writes, restarts',
  async open() {
    const bare = new Bare();
    const modules = [require.resolve('../src/world/product'), require.resolve('./asker')];
    const runtime = await launchRuntime({ modules, hosts: 1 });
    await applied(runtime, {
      boxes: [box(1, 4), box(2), box(3, 4), ...caches.map((number) => box(number))],
      nodes: [node('db', 1, free), node('asker', 2), told, ...caches.map((number) => node('cache', number))],
    });
    const door = runtime.attach('bench', 'provider');
    await ready(door, 'db-1');
    await ready(door, told.id);
    const peer = (name: string, count: number, work: (count: number) => number): Side => ({
      name,
      unit: '/s',
      measure: (scale) =>
        perSecond(() => {
          const wanted = Math.round(count * scale);
          const done = work(wanted);
          happened(name, done, wanted);
          return done;
        }),
    });
    // Either way the newest snapshot is half as many entries old as it may become.
    const writes = node1(door, 'writes', true, 20_000);
    const long = restart('after 15,500 writes', 15_500);
    return {
      rows: [
        {
          what: 'point reads through a database node',
          ours: node1(door, 'reads', false, 100_000),
          peer: peer('bare engine', 300_000, (count) => bare.reads(count)),
          reach: { of: 'rate', atLeast: 0.4 },
        },
        {
          what: `durable writes, ${together} to a sync`,
          ours: writes,
          peer: peer('bare append, sync, engine', 20_000, (count) => bare.writes(count)),
          reach: { of: 'rate', atLeast: 0.5 },
        },
        {
          what: 'the same, told to four caches on its thread',
          ours: node1(door, 'told writes', true, 20_000, told.id),
          peer: { ...writes, name: 'told to nobody' },
          reach: { of: 'rate', atLeast: 0.5 },
        },
        {
          what: 'restart after 15,500 writes, virtual',
          ours: long,
          peer: restart('after 1,550', 1_550),
          reach: { of: 'time', atMost: 2 },
        },
      ],
      close: async () => {
        bare.close();
        await runtime.close();
      },
    };
  },
};
