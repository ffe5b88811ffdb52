import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EntryType, type Operation, pairUp } from './history';
import { checkStaleness } from './staleness';

type Row = readonly [timeMs: number, process: string, type: EntryType, f: string, value?: unknown];

function history(...rows: readonly Row[]): Operation[] {
  const paired = pairUp(
    rows.map(([timeMs, process, type, f, value], at) => ({
      process,
      type,
      f,
      value,
      time: timeMs * 1000,
      line: at + 1,
    })),
  );
  assert.ok(paired.ok, JSON.stringify(paired));
  return paired.value;
}

/** 1 is replaced by 2 at 20 ms and by 3 at 40 ms; then somebody still sees the value, called at 50 ms. */
function readAt50(value: unknown): Operation[] {
  const writes = [1, 2, 3].flatMap((written, at): Row[] => [
    [at * 20 - 10 < 0 ? 0 : at * 20 - 10, 'a', 'invoke', 'write', written],
    [at * 20, 'a', 'ok', 'write', written],
  ]);
  return history(...writes, [50, 'b', 'invoke', 'read'], [55, 'b', 'ok', 'read', value]);
}

describe('bounded staleness', () => {
  test('counts from the first newer acknowledgement to the call of the read', () => {
    const ages = [3, 2, 1, null].map((value) => {
      const judged = checkStaleness(readAt50(value), { boundUs: 60_000 });
      assert.ok(judged.verdict === 'holds');
      return judged.maxUs;
    });
    assert.deepEqual(ages, [0, 10_000, 30_000, 50_000]);
  });

  test('holds up to the bound and not beyond', () => {
    assert.equal(checkStaleness(readAt50(1), { boundUs: 30_000 }).verdict, 'holds');
    const judged = checkStaleness(readAt50(1), { boundUs: 29_999 });
    assert.ok(judged.verdict === 'violation');
    assert.equal(
      judged.breaches[0]?.text,
      'process b read -> 1 in line 8, 30 ms after 2 (line 3) had replaced it; the bound is 29.999 ms',
    );
    assert.equal(judged.staleShare, 1);
    assert.equal(judged.meanUs, 30_000);
  });

  test('what is replaced while it is read is not stale', () => {
    const judged = checkStaleness(
      history(
        [0, 'b', 'invoke', 'read'],
        [5, 'a', 'invoke', 'write', 1],
        [9, 'a', 'ok', 'write', 1],
        [20, 'b', 'ok', 'read', null],
      ),
      { boundUs: 0 },
    );
    assert.equal(judged.verdict, 'holds');
  });

  test('without times nothing can be said', () => {
    const timeless = readAt50(1).map((operation) => ({ ...operation, calledAtUs: undefined }));
    assert.equal(checkStaleness(timeless, { boundUs: 1 }).verdict, 'unreadable');
  });
});
