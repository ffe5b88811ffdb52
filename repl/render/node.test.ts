import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { Census } from '../../src/kernel/runtime';
import { census, idle, lines, node } from './fixtures';
import { nodeDetails } from './node';

const nowUs = 13_000_000;
const tier = { summary: 'SQL on a log', port: 5432, defaults: { ttlMs: 1_000, law: 2, kept: 3 } };

test('show: from the process down to the machine, then what it tells of itself', () => {
  const expected = lines(
    'db-1  database: SQL on a log',
    'state     running for 12 s, life 1',
    'mailbox   3 messages in service and waiting',
    'messages  0 received, 1,234 handled, 0 sent, none dropped',
    'CPU time  0 µs',
    'box       box-4 in main, 8 CPUs (1 busy, 2 waiting), 2 GB memory, 20 GB disk,',
    '          shared with nobody',
    'address   10.0.0.4:5432 (private)',
    'host      1',
    'restart   always, with back-off',
    'config    version 1, all defaults',
    'inside',
    '  rows: 12',
  );
  assert.equal(nodeDetails({ id: 'db-1', census, nowUs, tier, view: { rows: 12 } }, plain), expected);
});

test('what is not as usual is told: settings, neighbours, drops, the public address', () => {
  const config = { ttlMs: 100, law: { law: 'exponential', meanMs: 3 }, kept: 3 };
  const odd = node('db-2', 'database', 'box-1', {
    configVersion: 3,
    spec: { id: 'db-2', kind: 'database', box: 'box-1', restart: 'never', config },
    counters: { ...idle, dropped: 7, overflowed: 5, malformed: 2 },
  });
  const text = nodeDetails({ id: 'db-2', census: { ...census, nodes: [...census.nodes, odd] }, nowUs, tier }, plain);
  const expected = lines(
    'config    version 3',
    '  ttlMs: 100 (default 1000)',
    '  law: { law: exponential, meanMs: 3 } (default 2)',
  );
  assert.ok(text.endsWith(expected), text);
  assert.ok(text.includes('shared with lb-1'), text);
  assert.ok(text.includes('10.0.0.1:5432 (private), 203.0.113.10:5432 (public)'), text);
  assert.match(text, /7 dropped, 5 turned away by a full\s+mailbox, 2 malformed/);
  assert.ok(text.includes('restart   never'), text);
});

test('the dead say why, and what brings them back', () => {
  const text = nodeDetails({ id: 'web-2', census, nowUs }, plain);
  const expected = lines(
    'state     dead for 4 s, life 2: killed by hand, to stay dead (restart web-2',
    '          brings it back)',
  );
  assert.ok(text.includes(expected), text);
});

test('a box or a host that is down is marked', () => {
  const down: Census = {
    ...census,
    boxes: census.boxes.map((box) => ({ ...box, up: false })),
    hosts: census.hosts.map((host) => ({ ...host, up: false })),
  };
  const text = nodeDetails({ id: 'web-2', census: down, nowUs }, plain);
  assert.match(text, /box {7}box-3 down in main/);
  assert.match(text, /host {6}1 down/);
});

test('every line fits', () => {
  const view = { text: 'x'.repeat(300), list: Array.from({ length: 50 }, (_, at) => ({ at, text: 'y'.repeat(at) })) };
  for (const line of nodeDetails({ id: 'db-1', census, nowUs, tier, view }, { ...plain, columns: 50 }).split('\n')) {
    assert.ok(width(line) <= 50, line);
  }
});
