import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShardsAnswer, ShardsDecided } from '../protocols/shards';
import { unitsIn, unitsThrough } from './unit-work';

const slice = { from: 'a', to: 'b', portion: 0, of: 1 };
const standing = (phase: 'staging' | 'fenced' | 'released' | 'owned'): ShardsAnswer => ({
  kind: 'shards.standing',
  phase,
  changedAt: 1,
  units: 40,
  keys: 40,
  checksum: '',
});
const refused: ShardsAnswer = { kind: 'shards.refused', because: 'out-of-step', reason: '' };

test('what is staged, released and owned goes through its units, once', () => {
  const bundles = [{ key: 1 }, { key: 2 }];
  const stage: ShardsDecided = { kind: 'shards.stage', slice, version: 2, bundles, position: 1 };
  assert.equal(unitsThrough(stage, 'staging', standing('staging')), 2);
  assert.equal(unitsThrough(stage, 'staging', refused), 0);
  const release: ShardsDecided = { kind: 'shards.release', slice, version: 2 };
  assert.equal(unitsThrough(release, 'fenced', standing('released')), 40);
  assert.equal(unitsThrough(release, 'released', standing('released')), 0, 'it was asked for once more');
  const fence: ShardsDecided = { kind: 'shards.fence', slice, version: 2 };
  assert.equal(unitsThrough(fence, 'copying', standing('fenced')), 0);
});

test('an answer holds the units that it brings', () => {
  const bundles = [{ key: 1 }, { key: 2 }, { key: 3 }];
  assert.equal(unitsIn({ kind: 'shards.bundles', bundles, position: 1, next: '', isEnd: true }), 3);
  assert.equal(unitsIn(standing('owned')), 0);
});
