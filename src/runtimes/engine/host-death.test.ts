import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeSpec } from '../../kernel/topology';
import { hostDeath } from './host-death';

const specs: readonly NodeSpec[] = [
  { id: 'web-1', kind: 'web', box: 'box-1', restart: 'always' },
  { id: 'web-2', kind: 'web', box: 'box-1', restart: 'never' },
  { id: 'db-1', kind: 'db', box: 'box-2', restart: 'always' },
];

test('what died is named, and of it what comes back', () => {
  const lost = [
    { box: 'box-1', nodes: ['web-1', 'web-2'] },
    { box: 'box-3', nodes: [] },
  ];
  const died = 'host 1 was killed: box-1 is down, and with it web-1, web-2; box-3 is down, and with it nothing; ';
  assert.equal(hostDeath(1, lost, false, specs), `${died}it is replaced, and web-1 starts again`);
  assert.equal(hostDeath(1, lost, true, specs), `${died}it stays down until it is restarted`);
});

test('a host that carried nothing', () => {
  assert.equal(hostDeath(2, [], false, specs), 'host 2 was killed: it is replaced');
});
