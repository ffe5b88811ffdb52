import { deepEqual, equal, match, notEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../stages';
import { reached } from './command-log';
import { catalogue } from './product';
import { Refusal } from './quantities';
import { simulate } from './simulate';
import { SimulatedWorld } from './simulated-world';

test('a request travels from the device to a row on the disk and back', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  const response = world.get('/users/12');
  equal(response.status, 200);
  equal(JSON.parse(response.body).id, 12);
  equal(response.via.join(' '), 'lb-1 web-1 db-1');
});

test('the same topology, seed and commands give the same history, and a replay stands where the original stood', () => {
  const act = (seed: number) => {
    const world = simulate(stages.loadBalanced, { seed });
    world.patch('/users/3', { firstName: 'Ada' });
    world.kill('web-1');
    world.fault({ kind: 'slow', node: 'db-1', ms: 20, jitterMs: 5 });
    world.get('/users/3');
    world.run('3s');
    return world;
  };
  const world = act(7);
  equal(world.hash(), act(7).hash());
  equal(world.replay().hash(), world.hash());
  notEqual(world.hash(), act(8).hash());
});

test('whoever is killed can be restarted, the cloud that takes the orders as well', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  for (const node of ['dns-1', 'app-1', 'cloud', 'web-1']) {
    world.kill(node, { stay: true });
    equal(world.get('/users/12', { timeout: '1s', client: 'browser' }).status, node === 'dns-1' ? 0 : 200);
    match(world.restart(node), /restarted/);
    equal(world.get('/users/12').status, 200);
  }
});

test('what was acknowledged survives the death of the database, and in between the answer is honest', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  equal(world.patch('/users/3', { firstName: 'Ada' }).status, 200);
  world.kill('db-1', { stay: true });
  const without = world.get('/users/3');
  equal(without.status, 503);
  match(without.body, /db-1 is down/);
  world.restart('db-1');
  equal(JSON.parse(world.get('/users/3').body).firstName, 'Ada');
});

test('a refusal is one line and changes nothing', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  const before = world.hash();
  throws(() => world.kill('web-9'), new Refusal('there is no node web-9'));
  throws(() => world.get('/users/1', { timeout: 'soon' }), /'soon' is not a duration/);
  equal(world.hash(), before);
});

test('a world that was replayed to an earlier moment has the rest of its history ahead', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  world.run('1s');
  world.kill('web-1', { stay: true });
  world.kill('web-2', { stay: true });
  world.run('1s');
  world.restart('web-1');
  world.run('1s');
  const midway = world.replay({ atUs: 1_500_000, after: 0 });
  deepEqual(
    midway.ahead.map(({ command }) => command.verb),
    ['tell'],
  );
  equal(midway.nowUs, 1_500_000);
  midway.run((world.nowUs - midway.nowUs) / 1000);
  equal(midway.hash(), world.hash());
  equal(midway.ahead.length, 0);
});

test('a world that hurried to a moment has the same to tell as one that was replayed, and goes on as it did', () => {
  const keepMax = 400;
  const world = simulate(stages.loadBalanced, { seed: 7, keepMax });
  world.load({ loop: 'open', ratePerS: 50, arrivals: 'poisson' }, { writes: 0.2 });
  for (const node of ['web-1', 'db-1', 'web-2']) {
    world.run('2s');
    world.kill(node);
  }
  world.run('1s');
  for (const atUs of [0, 1, 300_000, 2_000_000, 4_123_456, world.nowUs]) {
    const moment = { atUs, after: 3 };
    const arrived = (twin: SimulatedWorld): SimulatedWorld => {
      twin.until(() => reached(twin.moment, moment), Math.max(0, atUs - twin.nowUs) / 1000);
      return twin;
    };
    const exact = arrived(world.replay({ atUs: 0, after: 0 }));
    const first = world.outset(moment);
    let told = 0;
    first.events.subscribe(({ type }) => {
      if (type === 'sent') told++;
    });
    // The second one goes by what the first knows, which is less.
    const second = arrived(arrived(first).outset(moment));
    for (const twin of [first, second]) {
      deepEqual(twin.moment, exact.moment);
      deepEqual(twin.recent(), exact.recent());
      equal(twin.hash(), exact.hash());
      equal(twin.ahead.length, exact.ahead.length);
    }
    if (atUs > 2_000_000) equal(told < 2 * keepMax, true, `${told} messages were told`);
    for (const twin of [first, second]) {
      twin.run((world.nowUs - twin.nowUs) / 1000);
      deepEqual(twin.recent(), world.recent());
      equal(twin.hash(), world.hash());
    }
  }
});

test('stepping through a replayed history does its commands where they were done', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  world.run('1s');
  world.kill('web-1', { stay: true });
  world.run('1s');
  const twin = world.replay({ atUs: 999_000, after: 0 });
  while (twin.nowUs < world.nowUs && twin.step());
  equal(twin.ahead.length, 0);
  deepEqual(twin.done, world.done);
  const again = world.replay({ atUs: twin.nowUs, after: twin.moment.after });
  equal(again.hash(), twin.hash());
});

test('the first command of its own makes another history', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  world.run('1s');
  world.kill('web-1', { stay: true });
  world.run('1s');
  const other = world.replay({ atUs: 500_000, after: 0 });
  other.kill('web-2', { stay: true });
  equal(other.ahead.length, 0);
  other.run('5s');
  const states = new Map(other.census().nodes.map(({ spec, state }) => [spec.id, state]));
  equal(states.get('web-1'), 'running');
  notEqual(states.get('web-2'), 'running');
});

test('a recipe tells where the world is not as by default', () => {
  const world = simulate(stages.loadBalanced, { seed: 7, hosts: 3 });
  world.load({ loop: 'open', ratePerS: 100, arrivals: 'poisson' });
  world.run('1s');
  const { recipe, moment } = world;
  deepEqual(recipe.model, { hosts: 3 });
  equal(SimulatedWorld.standing(recipe, moment, { catalogue }).hash(), world.hash());
  notEqual(SimulatedWorld.standing({ ...recipe, seed: 8 }, moment, { catalogue }).hash(), world.hash());
});

test('a world that is closed does nothing more, and its databases are closed', () => {
  const world = simulate(stages.loadBalanced, { seed: 7 });
  let ended = false;
  world.events.subscribe({ complete: () => (ended = true) });
  const { hash } = { hash: world.hash() };
  world.close();
  world.close();
  equal(ended, true);
  throws(() => world.get('/users/1'), new Refusal('the world load-balanced is closed'));
  equal(world.hash(), hash);
});
