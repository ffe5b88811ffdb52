import { equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { machine } from '../kernel/machine';
import { parseConfig, type Static, Type } from '../kernel/schema';
import { freeService } from '../kernel/service';
import { type Tier, tier } from '../kernel/tier';
import { stages } from '../stages';
import { box, node, outside, type Stage, together } from '../stages/stage';
import { withTiers } from './product';
import { simulate } from './simulate';

const config = Type.Object({ warmMs: Type.Number(), deaths: Type.Integer() });
const defaults: Static<typeof config> = { warmMs: 3_000, deaths: 0 };

/** Warms up before it can serve, and dies of it in its first lives. */
const kettle: Tier<Static<typeof config>, never, never> = {
  kind: 'kettle',
  summary: 'warms up',
  port: 7,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [],
  upstreams: () => [],
  service: () => freeService,
  behave: ({ now: { warmMs, deaths } }) =>
    machine(
      (turn) => {
        turn.node.report.unready('the water is cold');
        turn.after(warmMs, () => {
          if (turn.node.incarnation <= deaths) throw new Error('boiled over');
          turn.node.report.ready();
        });
      },
      () => undefined,
    ),
};

const catalogue = withTiers([tier(kettle)]);
const stage = (config?: unknown): Stage => ({
  ...stages.oneBox,
  topology: together(
    { boxes: [box('box-kettle-1', '10.0.0.9')], nodes: [node('kettle-1', 'kettle', 'box-kettle-1', config)] },
    outside('203.0.113.10'),
  ),
});

test('a world begins when everybody in it can serve', () => {
  const world = simulate(stage(), { seed: 7, catalogue });
  ok(world.nowUs >= 3_000_000, `at ${world.nowUs} µs`);
  ok(world.nowUs < 3_001_000, `at ${world.nowUs} µs`);
});

test('who dies while starting is waited for until the start that succeeds', () => {
  const world = simulate(stage({ deaths: 2 }), { seed: 7, catalogue });
  const status = world.census().nodes.find(({ spec }) => spec.id === 'kettle-1');
  equal(status?.incarnation, 3);
  equal(status?.unready, undefined);
});

test('who is never ready is named with its reason', () => {
  throws(
    () => simulate(stage({ warmMs: 1e9 }), { seed: 7, catalogue }),
    /^Refusal: the site runs, but is not ready after 30 s: kettle-1: the water is cold$/,
  );
});

test('a restart is over when the node can serve again, and so is a spawn', () => {
  const world = simulate(stage(), { seed: 7, catalogue });
  world.kill('kettle-1', { stay: true });
  equal(world.ready(), 'ready');
  const beforeUs = world.nowUs;
  equal(world.restart('kettle-1'), 'kettle-1 was restarted');
  ok(world.nowUs - beforeUs >= 3_000_000);
  world.killBox('box-kettle-1', { stay: true });
  const againUs = world.nowUs;
  world.restartBox('box-kettle-1');
  ok(world.nowUs - againUs >= 3_000_000);
  const spawned = world.spawn('kettle');
  equal(world.census().nodes.find(({ spec }) => spec.id === spawned)?.unready, undefined);
});

test('a replay waits as the original did', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  world.fault({ kind: 'slow-disk', node: 'db-1', ms: 300 });
  world.kill('db-1', { stay: true });
  world.restart('db-1');
  equal(world.get('/users/12').status, 200);
  equal(world.replay().hash(), world.hash());
});

test('a copy without a majority says whom its group lacks, and what to do next', () => {
  const world = simulate(stages.consensus, { seed: 7 });
  for (const node of ['db-1', 'db-2', 'db-3']) world.kill(node, { stay: true });
  throws(
    () => world.restart('db-2'),
    /^Refusal: db-2 was restarted, but is not ready after 30 s: db-2: the database is starting: of the 3 copies of its group db-1 and db-3 are dead, and 2 have to run; next: restart db-1 or restart db-3$/,
  );
  world.killBox('box-db-1', { stay: true });
  throws(() => world.ready(), /db-2: .* next: restartbox box-db-1 or restart db-3$/);
  equal(world.restart('db-3'), 'db-3 was restarted');
  equal(world.ready(), 'ready');
});

test('a copy that nobody can appoint says which observers are dead', () => {
  const world = simulate(stages.replication, { seed: 7 });
  for (const node of ['db-1', 'observer-1', 'observer-2']) world.kill(node, { stay: true });
  const lacking =
    /db-1: the database is starting: of the 3 observers observer-1 and observer-2 are dead, and 2 have to run/;
  throws(() => world.restart('db-1'), lacking);
  world.restart('observer-2');
  equal(world.ready(), 'ready');
});
