import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultNetwork, latencyUs } from './network';
import { freeId } from './topology';

const box = (id: string, region: string, zone: 'site' | 'outside' = 'site') =>
  ({ id, region, zone, cpus: 1, memoryMb: 1, diskMb: 1, privateAddress: id }) as const;

test('the distance of two regions is the same in both directions, and may be told', () => {
  const model = { ...defaultNetwork, regionsMs: { 'eu:us': 70 } };
  const [eu, us, asia] = [box('a', 'eu'), box('b', 'us'), box('c', 'asia')];
  assert.deepEqual([latencyUs(eu, us, model), latencyUs(us, eu, model)], [70_250, 70_250]);
  assert.deepEqual([latencyUs(eu, asia, model), latencyUs(asia, eu, model)], [40_250, 40_250]);
  assert.equal(latencyUs(eu, eu, model), 20);
  assert.equal(latencyUs(eu, box('d', 'eu'), model), 250);
  assert.equal(latencyUs(eu, box('u', 'eu', 'outside'), model), 5_000);
});

test('the lowest free number is taken, gaps first', () => {
  assert.equal(freeId('web', ['web-1', 'web-3', 'db-2']), 'web-2');
  assert.equal(freeId('web', ['web-2', 'web-3']), 'web-1');
  assert.equal(freeId('web', []), 'web-1');
});
