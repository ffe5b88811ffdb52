import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, globMatcher, nodes } from './kinds';
import { Mistake } from './mistake';
import { type Known, Reader } from './reader';
import { splitWords } from './words';

const known: Known = {
  nodes: ['lb-1', 'web-1', 'web-2', 'db-1'],
  boxes: [],
  hosts: [],
  tiers: [],
  stages: [],
  clients: [],
  databases: [],
  caches: [],
  copies: [],
  groups: [],
  verbs: [],
  faults: [],
};

function read(line: string): readonly string[] {
  return nodes.take(new Reader(splitWords(line), known, line));
}

test('a glob means the nodes that it matches, wherever they stand in the list', () => {
  assert.deepEqual(read('web-*'), ['web-1', 'web-2']);
  assert.deepEqual(read('{lb,db}-1'), ['lb-1', 'db-1']);
  assert.deepEqual(known.nodes.filter(globMatcher('web-2')), ['web-2']);
});

test('a span of time has its unit at the prompt, and may be milliseconds in a call', () => {
  assert.equal(duration.take(new Reader(splitWords('2s'), known, '2s')), 2_000);
  assert.equal(duration.take(new Reader([{ value: 250, raw: '250' }], known, '')), 250);
  assert.throws(() => duration.take(new Reader(splitWords('10'), known, '10')), /'10' has no unit; .* 10s or 10ms/);
  assert.equal(duration.take(new Reader(splitWords('0'), known, '0')), 0);
});

test('a glob that matches nobody is a mistake', () => {
  assert.throws(() => read('web-9*'), Mistake);
});

test('a name that nobody has is answered with the nearest', () => {
  assert.throws(() => read('wbe-1'), /^Mistake: there is no node wbe-1; did you mean web-1/);
});
