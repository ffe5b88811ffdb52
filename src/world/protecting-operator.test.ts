import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { nothing } from '../kernel/topology';
import { stages } from '../stages';
import { simulatedSite } from '../testing/simulated-site';
import { commandLine } from './command-line';
import { catalogue } from './product';
import { simulate } from './simulate';
import { SimulatedWorld } from './simulated-world';

/** The settings of a node that were changed. */
function settingsOf(world: SimulatedWorld, node: string): unknown {
  return world.census().nodes.find(({ spec }) => spec.id === node)?.spec.config;
}

test('each protection is laid over the nodes that it concerns, and off takes all of them back', () => {
  const world = simulate(stages.loadBalanced);
  equal(world.protect('retry-budget'), 'lb-1, app-1, browser-1, crowd-1: retryBudget=0.1');
  equal(world.protect('breaker'), 'web-1, web-2: breaker=0.5');
  equal(world.protect('shedding'), 'web-1, web-2: shedding=on');
  deepEqual(settingsOf(world, 'web-2'), { breaker: 0.5, shedding: 'on' });
  deepEqual(settingsOf(world, 'crowd-1'), { device: 'app', retryBudget: 0.1 });
  world.protect('off');
  deepEqual(settingsOf(world, 'web-2'), { breaker: 'off', shedding: 'off' });
  deepEqual(settingsOf(world, 'crowd-1'), { device: 'app', retryBudget: 'off' });
  equal(settingsOf(world, 'db-1'), undefined);
});

test('what was protected can be typed again, and comes out the same', () => {
  const site = simulatedSite();
  site.protect('breaker');
  deepEqual(
    site.done.map(({ command }) => commandLine(command)),
    ['configure web-1 {"breaker":0.5}', 'configure web-2 {"breaker":0.5}'],
  );
  equal(site.replay().hash(), site.hash());
});

test('where nobody is concerned it is refused', () => {
  const world = new SimulatedWorld('nothing', nothing, { catalogue });
  throws(() => world.protect('shedding'), /^Refusal: there is nobody here for shedding to protect$/);
});
