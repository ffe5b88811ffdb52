import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { NodeStatus } from '../../src/kernel/runtime';
import type { ClientReport } from '../../src/protocols/client';
import { census, idle, lines, node } from './fixtures';
import { type TopFrame, top } from './top';

/** What happened to a node in between. */
function went(id: string, handled: number, busyMs: number, dropped = 0): (node: NodeStatus) => NodeStatus {
  return (node) => {
    const { counters } = node;
    if (node.spec.id !== id) return node;
    const busyUs = counters.busyUs + busyMs * 1_000;
    return {
      ...node,
      counters: { ...counters, handled: counters.handled + handled, dropped: counters.dropped + dropped, busyUs },
    };
  };
}

const later = [went('lb-1', 400, 40), went('web-1', 200, 1_400, 6), went('db-1', 400, 3_200)].reduce(
  (nodes, change) => nodes.map(change),
  census.nodes,
);
const frame: TopFrame = {
  name: 'load-balanced',
  mode: 'sim',
  before: { nowUs: 10_000_000, census, loads: new Map() },
  after: { nowUs: 12_000_000, census: { ...census, nodes: later }, loads: new Map() },
};
const load: ClientReport = {
  kind: 'client.report',
  running: true,
  seconds: 10,
  sent: 2_000,
  ok: 1_990,
  failed: 10,
  failures: { 'timed out': 3, '503': 7 },
  p50Ms: 12,
  p95Ms: 33.3,
  p99Ms: 45,
  maxMs: 2_300,
};
const history = Array.from({ length: 90 }, (_, at) => ({ ratePerS: 200, p95Ms: at }));

/** The frame with other nodes at its end. */
function withNodes(nodes: readonly NodeStatus[]): TopFrame {
  return { ...frame, after: { ...frame.after, census: { ...census, nodes } } };
}

/** The frame with a load at its end, and at its beginning. */
function withLoad(after: ClientReport, before?: ClientReport): TopFrame {
  const loads = (report: ClientReport | undefined) =>
    new Map(report === undefined ? [] : [['crowd-1', report] as const]);
  return {
    ...frame,
    before: { nowUs: 10_000_000, census, loads: loads(before) },
    after: { ...frame.after, loads: loads(after) },
  };
}

test('rates of the time in between: who is down first, then the busiest', () => {
  const expected = lines(
    'load-balanced (sim) at 12.000 s: 6 nodes, 1 dead; rates over 2 s',
    '',
    'node   state    handled  service  cpu              mailbox  dropped',
    'web-2  dead         0/s        -   0%  ··········        0      0/s',
    'web-1  running    100/s     7 ms  35%  ███▌······        0      3/s',
    'db-1   running    200/s     8 ms  20%  ██········        3      0/s',
    'lb-1   running    200/s   100 µs   1%  ▏·········        0      0/s',
    'app-1  running      0/s        -   0%  ··········        0      0/s',
    'dns-1  running      0/s        -   0%  ··········        0      0/s',
  );
  assert.equal(top(frame, plain), expected);
});

test('a queue beside its bound', () => {
  const text = top({ ...frame, mailboxMax: new Map([['db-1', 1_024]]) }, plain);
  assert.match(text, /db-1 .* 3 of 1,024 /);
});

test('without an earlier look everything counts since the world began', () => {
  const text = top({ ...frame, before: undefined }, plain);
  assert.match(text, /; rates since it began\n/);
  assert.match(text, /lb-1 +running +136\/s/); // 1,634 in 12 s
});

test('a load: rates between the looks, times of the last second and of all of it', () => {
  const before = { ...load, seconds: 8, sent: 1_600, ok: 1_600, failed: 0 };
  const lately = { ok: 195, failed: 5, p50Ms: 14, p95Ms: 60, p99Ms: 90 };
  const [, rates, second, all] = top(withLoad({ ...load, lately }, before), plain).split('\n');
  assert.equal(rates, 'crowd-1 load: 200/s sent, 195/s ok, 5/s failed, mostly 503, 0 out');
  assert.equal(second, '  last second  p50 14 ms  p95 60 ms  p99 90 ms');
  assert.equal(all, '  so far       p50 12 ms  p95 33 ms  p99 45 ms  max 2.3 s');
});

test('another load than the one before counts from its own beginning', () => {
  for (const seconds of [60, 8]) {
    const text = top(withLoad(load, { ...load, seconds, sent: 9_000 }), plain);
    assert.match(text, /crowd-1 load: 200\/s sent, 199\/s ok/);
  }
});

test('a load that has ended is told of in one line', () => {
  const text = top(withLoad({ ...load, running: false }), plain);
  assert.match(text, /\ncrowd-1 load ended: 2,000 sent, 1,990 ok, 10 failed\n\n/);
});

test('everything fits a terminal of 24 lines, with charts of the newest points', () => {
  const text = top({ ...withLoad(load), history }, plain);
  const drawn = text.split('\n');
  assert.ok(drawn.length <= 22, text);
  assert.ok(
    drawn.some((line) => line.startsWith('answers/s 200') && line.includes('p95 ms 89')),
    text,
  );
  for (const line of drawn) assert.ok(width(line) <= 80, line);
});

test('hundreds of nodes are summed up, and the busy ones shown', () => {
  const nodes = Array.from({ length: 300 }, (_, at) =>
    node(`web-${at + 1}`, 'web', 'box-2', { counters: { ...idle, busyUs: at * 1_000 } }),
  );
  const text = top({ ...withNodes(nodes), history, rows: 20 }, plain);
  assert.equal(text.split('\n').length, 20);
  assert.match(text, /\nweb-300 .*\nweb-299 /);
  assert.match(text, /… 290 more nodes, none above 7% CPU\n/);
});

test('what was spawned in between counts from nothing, and nothing runs backwards', () => {
  const fresh = node('web-9', 'web', 'box-2', { counters: { ...idle, handled: 10 } });
  const reborn = node('web-1', 'web', 'box-2', { counters: idle });
  const text = top(withNodes([fresh, reborn]), plain);
  assert.match(text, /web-9 +running +5\/s/);
  assert.match(text, /web-1 +running +0\/s +- +0%/);
});

test('two looks at the same moment are no division by nothing', () => {
  assert.doesNotMatch(top({ ...frame, before: frame.after }, plain), /NaN|Infinity/);
});
