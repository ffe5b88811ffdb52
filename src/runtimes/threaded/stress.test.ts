/**
 * Threads under stress. What is asserted are counts and orders, never how long something took: each wait ends with the
 * event that it waits for.
 */
import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { filter, firstValueFrom, type Observable } from 'rxjs';
import type { Body } from '../../kernel/envelope';
import type { LifePhase, WorldEvent } from '../../kernel/events';
import type { Operation, Outcome } from '../../kernel/operations';
import type { Census, Door, NodeStatus } from '../../kernel/runtime';
import type { Message } from '../../kernel/schema';
import type { BoxSpec, NodeSpec, Topology } from '../../kernel/topology';
import { backlogMaxBytes } from './link';
import { ringBytes } from './ring';
import { mailboxMax, poured, tally } from './stress-tiers';
import { launchRuntime, type ThreadedRuntime } from './threaded-runtime';

const patience = { timeout: 120_000 };
const budgetMs = 100_000;
const modules = [require.resolve('./stress-tiers')];
const options = { modules, hosts: 2, hostRestartMs: 5 };

function box(number: number, host: number): BoxSpec {
  const size = { cpus: 1, memoryMb: 64, diskMb: 64 };
  return { id: `box-${number}`, region: 'main', zone: 'site', ...size, host, privateAddress: `10.0.0.${number}` };
}

function node(kind: string, number: number): NodeSpec {
  return { id: `${kind}-${number}`, kind, box: `box-${number}`, restart: 'always' };
}

/** A hose on the first host, a sponge on the second. */
const pair: Topology = { boxes: [box(1, 1), box(2, 2)], nodes: [node('hose', 1), node('sponge', 2)] };

class Stand {
  readonly events: WorldEvent[] = [];
  readonly door: Door;

  private constructor(readonly runtime: ThreadedRuntime) {
    runtime.events.subscribe((event) => this.events.push(event));
    this.door = runtime.attach('tester', 'provider');
  }

  static async open(topology: Topology): Promise<Stand> {
    const stand = new Stand(await launchRuntime(options));
    const outcome = await new Promise<Outcome>((then) => stand.runtime.apply(topology, then));
    equal(outcome.ok, true);
    return stand;
  }

  do(operation: Operation): Promise<Outcome> {
    return new Promise((then) => this.runtime.perform(operation, then));
  }

  census(): Promise<Census> {
    return new Promise((then) => this.runtime.inspect(then));
  }

  ask<Q extends Body, A extends Body>(to: string, body: Q, hoped: Message<A>): Promise<A> {
    return new Promise((resolve, reject) => {
      this.door.ask(to, body, budgetMs, (answer) => {
        if (answer !== undefined && hoped.accepts(answer.body)) resolve(answer.body);
        else reject(new Error(`${to} answered ${JSON.stringify(answer?.body)}`));
      });
    });
  }

  async pour(drops: number, perTurn: number, bytes = 0): Promise<number> {
    const body = { kind: 'stress.pour', to: 'sponge-2', drops, perTurn, bytes };
    return (await this.ask('hose-1', body, poured)).drops;
  }

  async status(node: string): Promise<NodeStatus> {
    const status = (await this.census()).nodes.find(({ spec }) => spec.id === node);
    if (status === undefined) throw new Error(`there is no ${node}`);
    return status;
  }

  /** Waits until a node has received so many messages in all. */
  async received(node: string, count: number): Promise<NodeStatus> {
    for (;;) {
      const status = await this.status(node);
      if (status.counters.received >= count) return status;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  tally(sponge = 'sponge-2'): Promise<{ readonly life: number; readonly drops: number; readonly inOrder: boolean }> {
    return this.ask(sponge, { kind: 'stress.ask' }, tally);
  }

  life(node: string, phase: LifePhase, of: Observable<WorldEvent> = this.runtime.events): Promise<WorldEvent> {
    return firstValueFrom(
      of.pipe(filter((event) => event.type === 'life' && event.node === node && event.phase === phase)),
    );
  }

  reasons(node: string, phase: LifePhase): string[] {
    return this.events.flatMap((event) =>
      event.type === 'life' && event.node === node && event.phase === phase ? [event.reason] : [],
    );
  }
}

function ports(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;
}

/** Runs something with a temporary folder that nobody else has; what is left in it. */
async function leftIn(run: () => Promise<void>): Promise<string[]> {
  const names = ['TMPDIR', 'TMP', 'TEMP'] as const; // The system decides which of them it looks at.
  const former = names.map((name) => process.env[name]);
  const own = mkdtempSync(join(tmpdir(), 'tierrarium-test-'));
  for (const name of names) process.env[name] = own;
  try {
    await run();
    return readdirSync(own);
  } finally {
    for (const [at, name] of names.entries()) {
      if (former[at] === undefined) delete process.env[name];
      else process.env[name] = former[at];
    }
    rmSync(own, { recursive: true });
  }
}

describe('a thread that stands still', patience, () => {
  let stand: Stand;
  before(async () => {
    stand = await Stand.open(pair);
  });
  after(() => stand.runtime.close());

  test('costs its writers a bounded backlog, is really terminated, and comes back as another thread', async () => {
    const thread = (await stand.census()).hosts[2]?.thread;
    stand.door.say('sponge-2', { kind: 'stress.block', ms: 3_600_000 });
    const [drops, bytes] = [30_000, 300];
    equal(await stand.pour(drops, 1_000, bytes), drops);
    const { hosts, nodes } = await stand.census();
    const backlog = hosts[1]?.backlogBytes ?? 0;
    ok(drops * bytes > backlogMaxBytes + ringBytes);
    ok(backlog > 0 && backlog <= backlogMaxBytes + ringBytes, `${backlog} bytes`);
    equal(nodes.find(({ spec }) => spec.id === 'hose-1')?.counters.sent, drops + 1);
    const full = /the link to host 2 is full: that thread does not keep up/;
    ok(stand.events.some((event) => event.type === 'dropped' && full.test(event.reason)));

    const returned = stand.life('host-2', 'host-up');
    const outcome = await stand.do({ verb: 'kill-host', host: 2 });
    match(outcome.ok ? outcome.text : '', /^host 2 was killed: box-2 is down, and with it sponge-2/);
    await returned;
    const { life, drops: kept } = await stand.tally();
    deepEqual([life, kept], [2, 0]);
    const after = (await stand.census()).hosts;
    equal(typeof thread, 'number');
    notEqual(after[2]?.thread, thread);
    equal(after[1]?.backlogBytes, 0);
    const reason = 'host 2 was killed and is being replaced';
    deepEqual(stand.reasons('sponge-2', 'killed'), [reason]);
    deepEqual(stand.reasons('box-2', 'box-down'), [reason]);
    deepEqual(stand.reasons('host-2', 'host-down'), [`${reason}; it carried box-2`]);
  });
});

describe('threads at work', patience, () => {
  let stand: Stand;
  before(async () => {
    stand = await Stand.open(pair);
  });
  after(() => stand.runtime.close());

  test('lose no message without a trace: each that was sent is received, then handled or turned away, in order', async () => {
    const drops = 50_000;
    await stand.pour(drops, 1_000);
    const { counters } = await stand.received('sponge-2', drops);
    equal(counters.received, drops);
    equal(counters.handled + counters.overflowed, drops);
    const { drops: kept, inOrder } = await stand.tally();
    deepEqual([kept, inOrder], [counters.handled, true]);
  });

  test('a node that is paused holds its mailbox full and no more', async () => {
    equal((await stand.do({ verb: 'pause', node: 'sponge-2' })).ok, true);
    const { counters: before } = await stand.status('sponge-2');
    const drops = 5_000;
    await stand.pour(drops, 1_000);
    const paused = await stand.received('sponge-2', before.received + drops);
    equal(paused.mailbox, mailboxMax);
    equal(paused.counters.handled, before.handled);
    equal(paused.counters.overflowed, before.overflowed + drops - mailboxMax);
    equal((await stand.do({ verb: 'resume', node: 'sponge-2' })).ok, true);
    let resumed = await stand.status('sponge-2');
    while (resumed.mailbox > 0) resumed = await stand.status('sponge-2');
    equal(resumed.counters.handled, before.handled + mailboxMax);
  });

  test('outlive hosts that die in the middle of traffic, over and over', async () => {
    for (let round = 0; round < 3; round++) {
      const pouring = stand.pour(50_000, 500);
      const returned = stand.life('host-2', 'host-up');
      equal((await stand.do({ verb: 'kill-host', host: 2 })).ok, true);
      await returned;
      equal(await pouring, 50_000);
      equal((await stand.tally()).inOrder, true);
    }
    equal(
      (await stand.census()).nodes.every(({ state }) => state === 'running'),
      true,
    );
  });

  test('spawn on a host that is being killed: who was promised is there when it is back', async () => {
    const returned = stand.life('host-2', 'host-up');
    const numbers = [11, 12, 13, 14, 15, 16];
    const spawns = numbers.map((number, at) => {
      if (at === 3) void stand.do({ verb: 'kill-host', host: 2 });
      return stand.do({ verb: 'spawn', node: node('sponge', number), box: box(number, 2) });
    });
    deepEqual(
      (await Promise.all(spawns)).map(({ ok }) => ok),
      numbers.map(() => true),
    );
    await returned;
    for (const number of numbers) equal((await stand.tally(`sponge-${number}`)).drops, 0);
    const retired = await Promise.all(numbers.map((number) => stand.do({ verb: 'retire', node: `sponge-${number}` })));
    equal(
      retired.every(({ ok }) => ok),
      true,
    );
  });
});

describe('the end of a world', patience, () => {
  test('leaves no thread, no port and no folder, whatever is under way', async () => {
    const portsBefore = ports();
    const left = await leftIn(async () => {
      const stand = await Stand.open(pair);
      equal(ports() > portsBefore, true);
      const pouring = stand.pour(1_000_000, 1_000).catch(() => undefined);
      const killing = stand.do({ verb: 'kill-host', host: 2 });
      const spawning = stand.do({ verb: 'spawn', node: node('sponge', 9), box: box(9, 2) });
      const completed = new Promise<void>((resolve) => stand.runtime.events.subscribe({ complete: resolve }));
      await stand.runtime.close();
      await Promise.all([killing, spawning, completed]);
      deepEqual(await stand.do({ verb: 'heal-all' }), { ok: false, reason: 'the world is closed' });
      equal(ports(), portsBefore);
      void pouring;
    });
    deepEqual(left, []);
  });

  test('a launch that fails says why in one line and leaves nothing', async () => {
    const portsBefore = ports();
    const folder = mkdtempSync(join(tmpdir(), 'tierrarium-test-'));
    const dataDir = join(folder, 'data');
    const empty = join(folder, 'empty.js');
    writeFileSync(empty, '');
    await rejects(launchRuntime({ ...options, modules: [empty], dataDir }), /empty.js: exports neither a catalogue/);
    await rejects(launchRuntime({ ...options, hosts: 0, dataDir }), /^ConfigError: hosts: 0 is not a whole number/);
    equal(ports(), portsBefore);
    equal(existsSync(`${dataDir}.lock`), false);
    rmSync(folder, { recursive: true });
  });
});
