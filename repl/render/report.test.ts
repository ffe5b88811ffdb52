import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { ClientReport } from '../../src/protocols/client';
import { lines } from './fixtures';
import { report } from './report';

const load: ClientReport = {
  kind: 'client.report',
  running: true,
  seconds: 10,
  sent: 2_004,
  ok: 1_990,
  failed: 10,
  failures: { 'timed out': 3, '503': 7 },
  p50Ms: 12,
  p95Ms: 33.3,
  p99Ms: 45,
  maxMs: 2_300,
};

test('figures, failures by what was seen, and a sentence', () => {
  const expected = lines(
    ' sent     ok  failed   rate    p50    p95    p99    max',
    '2,004  1,990      10  199/s  12 ms  33 ms  45 ms  2.3 s',
    '7 × 503',
    '3 × timed out',
    '1,990 of 2,000 requests in 10 s were answered well (99.5%): half of all answers',
    'within 12 ms, 99 in 100 within 45 ms; 4 are still out; the load goes on until',
    'load stop',
  );
  assert.equal(report(load, plain), expected);
});

test('a load that has sent nothing claims nothing', () => {
  const nothing = { ...load, sent: 0, ok: 0, failed: 0, failures: {}, seconds: 0, running: false };
  const expected = lines(
    'sent  ok  failed  rate  p50  p95  p99  max',
    '   0   0       0     -    -    -    -    -',
    'nothing was sent',
  );
  assert.equal(report(nothing, plain), expected);
});

test('nor does one that was never answered', () => {
  const silent = { ...load, sent: 5, ok: 0, failed: 0, failures: {} };
  assert.match(report(silent, plain), /no request of 5 in 10 s has been answered yet; 5 are still out/);
});

test('a narrow screen keeps the counts and the tail', () => {
  const text = report(load, { ...plain, columns: 36 });
  assert.equal(text.split('\n')[0], ' sent     ok  failed   rate    p99');
  for (const line of text.split('\n')) assert.ok(width(line) <= 36, line);
});
