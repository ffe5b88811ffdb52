import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BoxSpec, NodeSpec } from '../../kernel/topology';
import { Directory } from './directory';

const size = { region: 'main', zone: 'site', cpus: 1, memoryMb: 1, diskMb: 1 } as const;
const boxes: readonly BoxSpec[] = [
  { ...size, id: 'box-1', privateAddress: '10.0.0.1', publicAddress: '203.0.113.1' },
  { ...size, id: 'box-2', privateAddress: '10.0.0.2' },
];
const nodes: readonly NodeSpec[] = [
  { id: 'web-1', kind: 'web', box: 'box-1', restart: 'always' },
  { id: 'db-1', kind: 'db', box: 'box-2', restart: 'always' },
];
const directory = new Directory();
directory.list({ boxes, nodes }, ({ kind }) => (kind === 'web' ? 80 : 5432));

test('a private machine is private at every port', () => {
  assert.match(directory.missing('outside', '10.0.0.2:80'), /^10\.0\.0\.2 is a private address, .*203\.0\.113\.1/);
});

test('a machine on which nobody listens there says who listens where', () => {
  assert.equal(
    directory.missing('outside', '203.0.113.1:443'),
    'nothing listens at 203.0.113.1:443; there is 203.0.113.1:80 (web-1)',
  );
  assert.equal(
    directory.missing('site', '10.0.0.2:80'),
    'nothing listens at 10.0.0.2:80; there is 10.0.0.2:5432 (db-1)',
  );
});

test('no machine at all', () => {
  assert.equal(directory.missing('outside', '10.0.0.20:80'), 'there is no 10.0.0.20:80 here');
  assert.equal(directory.missing('site', 'web-7'), 'there is no web-7 here');
});
