import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkConvergence } from './convergence';

const held = (fields: object): Map<string, unknown> => new Map<string, unknown>(Object.entries(fields));

describe('convergence', () => {
  test('replicas that say the same have converged', () => {
    const replicas = new Map([
      ['db-1', held({ x: [1, { a: 1, b: 2 }], y: null })],
      ['db-2', held({ y: null, x: [1, { b: 2, a: 1 }] })],
    ]);
    assert.deepEqual(checkConvergence(replicas), { verdict: 'holds', keys: 2, divergences: [], divergencesCount: 0 });
  });

  test('who holds what is told by key', () => {
    const replicas = new Map([
      ['db-1', held({ x: 1, y: 1 })],
      ['db-2', held({ x: 2, y: 1 })],
      ['db-3', held({ y: 1, z: null })],
    ]);
    const { verdict, divergences } = checkConvergence(replicas);
    assert.equal(verdict, 'violation');
    assert.deepEqual(
      divergences.map(({ text }) => text),
      ['x: 1 on db-1; 2 on db-2; nothing on db-3', 'z: nothing on db-1, db-2; nil on db-3'],
    );
  });

  test('replicas that lost the same have not converged to what they should hold', () => {
    const replicas = new Map([
      ['db-1', held({ y: 1 })],
      ['db-2', held({ y: 1 })],
    ]);
    const { divergences } = checkConvergence(replicas, held({ x: 7, y: 1 }));
    assert.deepEqual(
      divergences.map(({ text }) => text),
      ['x: nothing on db-1, db-2; it should be 7'],
    );
  });

  test('one replica alone shows nothing', () => {
    assert.equal(checkConvergence(new Map([['db-1', held({ x: 1 })]])).verdict, 'unknown');
  });

  test('many divergences are counted and the first shown', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, key) => [`k${key}`, key]));
    const found = checkConvergence(
      new Map([
        ['a', held(many)],
        ['b', held({})],
      ]),
    );
    assert.equal(found.divergencesCount, 50);
    assert.equal(found.divergences.length, 20);
  });
});
