import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import { box, census, idle, lines, node } from './fixtures';
import { boxList, hostList, nodeList } from './nodes';

const nowUs = 13_000_000;

test('ls: peers together, the dead with their reason', () => {
  const expected = lines(
    'node   tier      state    since  box    host  life  mailbox  handled  dropped',
    'app-1  client    running   12 s  phone     1     1        0    1,234        0',
    'dns-1  dns       running   12 s  names     1     1        0    1,234        0',
    'lb-1   lb        running   12 s  box-1     1     1        0    1,234        0',
    'web-1  web       running   12 s  box-2     1     1        0    1,234        0',
    'web-2  web       dead       4 s  box-3     1     2        0       56        3',
    'db-1   database  running   12 s  box-4     1     1        3    1,234        0',
    'web-2 is dead: killed by hand, to stay dead',
    '',
    '6 nodes (1 dead) on 6 boxes, 2 hosts',
  );
  assert.equal(nodeList(census, nowUs, plain), expected);
});

test('ls on a narrow screen keeps who, how and since when', () => {
  const text = nodeList(census, nowUs, { ...plain, columns: 44 });
  assert.equal(text.split('\n')[0], 'node   state    since  mailbox  dropped');
  for (const line of text.split('\n')) assert.ok(width(line) <= 44, line);
});

test('ls paints the dead red and the living green', () => {
  const text = nodeList(census, nowUs, { columns: 80, colour: true });
  assert.ok(text.includes('\u001b[31mdead\u001b[39m'), text);
  assert.ok(text.includes('\u001b[32mrunning\u001b[39m'), text);
});

test('ls tells of hosts that are down and of faults', () => {
  const fault = { id: 1, spec: { kind: 'hold' }, text: 'hold a -> b', hits: 0 };
  const text = nodeList({ ...census, hosts: [{ id: 1, up: false, boxes: [] }], faults: [fault] }, nowUs, plain);
  const expected = lines('6 nodes (1 dead) on 6 boxes, 1 host; host 1 is down', '1 fault in force (see faults)');
  assert.equal(text.split('\n').slice(-2).join('\n'), expected);
});

test('ls: what runs and cannot serve yet is not ready, and says why', () => {
  const starting = node('db-1', 'database', 'box-4', { unready: 'the database is starting' });
  const text = nodeList({ ...census, nodes: [starting] }, nowUs, plain);
  assert.match(text, /^db-1 +database +not ready /m);
  assert.match(text, /^db-1 is not ready: the database is starting$/m);
});

test('an empty data centre says so', () => {
  const nothing = { nodes: [], boxes: [], hosts: [], faults: [] };
  assert.equal(nodeList(nothing, nowUs, plain), 'no nodes: the data centre is empty');
  assert.equal(boxList(nothing, plain), 'no boxes: the data centre is empty');
});

test('a world of hundreds of nodes stays inside its columns', () => {
  const many = Array.from({ length: 300 }, (_, at) =>
    node(`web-${at + 1}`, 'web', `box-${at + 1}`, { counters: { ...idle, handled: 123_456_789, dropped: 1_000_000 } }),
  );
  const boxes = many.map(({ spec }, at) => box(spec.box, at % 250));
  const hosts = [{ id: 1, up: true, boxes: boxes.map(({ spec }) => spec.id) }];
  for (const line of nodeList({ nodes: many, boxes, hosts, faults: [] }, nowUs, plain).split('\n')) {
    assert.ok(width(line) <= 80, line);
  }
});

test('boxes', () => {
  const expected = lines(
    'box    state  busy  waiting  memory   disk  host  private   public        nodes',
    'box-1  up      0/2        0    2 GB  20 GB     2  10.0.0.1  203.0.113.10  lb-1',
    'box-4  up      1/8        2    2 GB  20 GB     1  10.0.0.4                db-1',
  );
  const boxes = census.boxes.filter(({ spec }) => spec.id === 'box-1' || spec.id === 'box-4');
  assert.equal(boxList({ ...census, boxes }, plain), expected);
});

test('hosts', () => {
  const expected = lines('host  state  boxes', '   1  up     names, box-2, box-4', '   2  up     phone, box-1, box-3');
  assert.equal(hostList(census, plain), expected);
});
