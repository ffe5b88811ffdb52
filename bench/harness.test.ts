import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Benchmark, happened, run, type Side } from './harness';
import { median, spreadOf } from './statistics';
import { table } from './table';

test('the middle of samples and how far they lie apart', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
  assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3, samples: [3, 1, 2] });
});

test('what did not happen is not measured', () => {
  assert.doesNotThrow(() => happened('deliveries', 5, 5));
  assert.doesNotThrow(() => happened('deliveries', 5, 4, 6));
  assert.throws(() => happened('deliveries', 4, 5), /deliveries: happened 4 times, not 5/);
  assert.throws(() => happened('deliveries', 7, 4, 6), /happened 7 times, not 4 to 6/);
});

/** A side that measures what it is told to: one warm-up, then a sample per round. */
function scripted(name: string, unit: Side['unit'], samples: readonly number[], log: string[]): Side {
  const left = [Number.NaN, ...samples];
  return {
    name,
    unit,
    measure(scale) {
      log.push(`${name}@${scale}`);
      return left.shift() ?? Number.NaN;
    },
    close: () => void log.push(`${name} closed`),
  };
}

test('sides take turns, ratios are taken within a turn, and targets are judged by medians', async () => {
  const log: string[] = [];
  const ours = scripted('ours', '/s', [1_000, 3_000, 8_000], log);
  const peer = scripted('peer', '/s', [10, 10, 40], log);
  const time = scripted('time', 'ms', [20, 30, 10], log);
  const benchmark: Benchmark = {
    name: 'scripted',
    summary: '',
    open: () => ({
      rows: [
        { what: 'as many', ours, peer, reach: { of: 'rate', atLeast: 200 } },
        { what: 'its time', ours, peer, reach: { of: 'time', atMost: 0.001 } },
        { what: 'its time, told', ours, peer, as: 'time' },
        { what: 'alone', ours: time, reach: { of: 'ours', atMost: 20 } },
        { what: 'only told', ours: time },
      ],
      close: () => void log.push('closed'),
    }),
  };
  const rows = await run(benchmark, { rounds: 3, quick: false });
  const turn = ['ours@1', 'peer@1', 'time@1'];
  const warm = ['ours@0.2', 'peer@0.2', 'time@0.2'];
  const closed = ['ours closed', 'peer closed', 'time closed', 'closed'];
  assert.deepEqual(log, [...warm, ...turn, ...turn, ...turn, ...closed]);
  assert.deepEqual(
    rows.map(({ ratio, reached }) => [ratio?.of, ratio?.spread.median, reached]),
    [
      ['rate', 200, true],
      ['time', 0.005, false],
      ['time', 0.005, undefined],
      [undefined, undefined, true],
      [undefined, undefined, undefined],
    ],
  );
  assert.equal(
    table(rows),
    [
      '| what           | ours          | peer      | ratio (min–max)                  | reach    | reached |',
      '|----------------|---------------|-----------|----------------------------------|----------|---------|',
      '| as many        | 3000/s        | 10/s peer | 200× as many (100×–300×)         | ≥ 200×   | yes     |',
      '| its time       | 3000/s        | 10/s peer | 0.005× its time (0.00333×–0.01×) | ≤ 0.001× | no      |',
      '| its time, told | 3000/s        | 10/s peer | 0.005× its time (0.00333×–0.01×) |          |         |',
      '| alone          | 20 ms (10–30) |           |                                  | ≤ 20 ms  | yes     |',
      '| only told      | 20 ms (10–30) |           |                                  |          |         |',
    ].join('\n'),
  );
});

test('rows with columns make a table of their own, measured in order', async () => {
  const log: string[] = [];
  const row = (what: string, first: readonly number[], second: readonly number[]) => ({
    what,
    ours: scripted('saved', '%', first, log),
    columns: [scripted('mean', 'ms', second, log)],
  });
  const open = () => ({
    rows: [
      row('one', [50, 50], [1, 3]),
      { what: 'alone', ours: scripted('alone', 'ms', [7, 7], log) },
      row('other', [60, 60], [2, 2]),
    ],
  });
  const rows = await run({ name: 'x', summary: '', open }, { rounds: 2, quick: false });
  assert.deepEqual(log.slice(0, 5), ['saved@0.2', 'mean@0.2', 'alone@0.2', 'saved@0.2', 'mean@0.2']);
  assert.equal(
    table(rows),
    [
      '| what  | ours       | peer | ratio (min–max) | reach | reached |',
      '|-------|------------|------|-----------------|-------|---------|',
      '| alone | 7 ms (7–7) |      |                 |       |         |',
      '',
      '| what  | saved | mean       |',
      '|-------|-------|------------|',
      '| one   | 50 %  | 2 ms (1–3) |',
      '| other | 60 %  | 2 ms       |',
    ].join('\n'),
  );
});

test('a benchmark that fails is closed all the same', async () => {
  const log: string[] = [];
  const broken: Side = {
    name: 'broken',
    unit: 'ms',
    measure: () => {
      throw new Error('it did not happen');
    },
    close: () => void log.push('side closed'),
  };
  const open = (): { rows: { what: string; ours: Side }[]; close(): void } => ({
    rows: [{ what: 'broken', ours: broken }],
    close: () => void log.push('closed'),
  });
  await assert.rejects(run({ name: 'x', summary: '', open }, { rounds: 1, quick: true }), /it did not happen/);
  assert.deepEqual(log, ['side closed', 'closed']);
});
