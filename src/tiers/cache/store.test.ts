import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CacheAnswer, type CacheRequest, relativeSecondsMax } from '../../protocols/cache';
import { type CacheConfig, defaults } from './settings';
import { CacheStore } from './store';

/** The time of day at which each test begins: later than 30 days after 1970, as it always is. */
const beganMs = 1_700_000_000_000;

function opened(config: Partial<CacheConfig> = {}) {
  const now = { nowMs: 1_000, wallMs: beganMs };
  let last = 0;
  const store = new CacheStore({ ...defaults, ...config }, now, () => ++last);
  const ask = (body: CacheRequest): CacheAnswer => store.answer(body);
  return {
    now,
    store,
    ask,
    pass: (ms: number) => {
      now.nowMs += ms;
      now.wallMs += ms;
    },
    set: (
      key: string,
      value: string,
      more: { seconds?: number; version?: number; asOf?: number; token?: number } = {},
    ) => short(ask({ kind: 'cache.set', key, value, seconds: 0, ...more })),
    get: (key: string) => short(ask({ kind: 'cache.get', key })),
    count: (way: 'up' | 'down', by: string) => short(ask({ kind: 'cache.count', key: 'n', way, by })),
    lease: (key: string) => {
      const answer = ask({ kind: 'cache.get', key, lease: true });
      assert.equal(answer.kind, 'cache.missing');
      return answer.kind === 'cache.missing' ? answer : undefined;
    },
  };
}

/** What matters of an answer. */
function short(answer: CacheAnswer): string {
  if (answer.kind === 'cache.value' || answer.kind === 'cache.counted') return answer.value;
  return answer.kind === 'cache.failure' ? answer.because : answer.kind.replace('cache.', '');
}

describe('time to live', () => {
  const cases: readonly (readonly [what: string, seconds: number, there: number, over: number])[] = [
    ['seconds', 10, 9_999.999, 10_000],
    ['30 days are still a time to live', relativeSecondsMax, relativeSecondsMax * 1000 - 1, relativeSecondsMax * 1000],
    ['above that it is a time of day', beganMs / 1000 + 10, 9_999, 10_000],
  ];
  for (const [what, seconds, there, over] of cases) {
    test(what, () => {
      const { set, get, pass } = opened();
      set('a', 'x', { seconds });
      pass(there);
      assert.equal(get('a'), 'x');
      pass(over - there);
      assert.equal(get('a'), 'missing');
    });
  }

  test('0 is for ever, below 0 and a time of day that has passed are over at once', () => {
    const { set, get, pass } = opened();
    set('a', 'x');
    pass(1e12);
    assert.equal(get('a'), 'x');
    assert.equal(set('a', 'x', { seconds: -1 }), 'stored');
    assert.equal(get('a'), 'missing');
    set('a', 'x', { seconds: relativeSecondsMax + 1 });
    assert.equal(get('a'), 'missing');
  });

  test('a jump of the time of day moves only what ends at a time of day', () => {
    const { set, get, now } = opened();
    set('a', 'x', { seconds: 10 });
    set('b', 'x', { seconds: beganMs / 1000 + 10 });
    now.wallMs += 60_000;
    assert.deepEqual([get('a'), get('b')], ['x', 'missing']);
  });

  test('touch gives another end and nothing else', () => {
    const { ask, set, get, pass } = opened();
    set('a', 'x', { seconds: 1 });
    ask({ kind: 'cache.touch', key: 'a', seconds: 5 });
    pass(4_999);
    assert.equal(get('a'), 'x');
    pass(1);
    assert.equal(get('a'), 'missing');
    assert.equal(short(ask({ kind: 'cache.touch', key: 'a', seconds: 5 })), 'absent');
  });

  test('what nobody asks for goes as others come', () => {
    const { store, set, pass } = opened();
    for (let i = 0; i < 100; i++) set(`old-${i}`, 'x', { seconds: 1 });
    pass(1_000);
    for (let i = 0; i < 100; i++) set(`new-${i}`, 'x');
    assert.equal(store.standing().expirations, 100);
    assert.equal(store.standing().evictions, 0);
  });
});

describe('writes', () => {
  const write = (kind: 'cache.add' | 'cache.replace', value: string): CacheRequest => ({
    kind,
    key: 'a',
    value,
    seconds: 0,
  });

  test('add wants nothing there, replace something', () => {
    const { ask, get } = opened();
    assert.equal(short(ask(write('cache.replace', 'x'))), 'absent');
    assert.equal(short(ask(write('cache.add', 'y'))), 'stored');
    assert.equal(short(ask(write('cache.add', 'z'))), 'present');
    assert.equal(get('a'), 'y');
    assert.equal(short(ask(write('cache.replace', 'x'))), 'stored');
    assert.equal(get('a'), 'x');
  });

  test('compare and set: whoever was slower is told so', () => {
    const { ask, set } = opened();
    set('a', 'x');
    const seen = ask({ kind: 'cache.get', key: 'a' });
    assert.ok(seen.kind === 'cache.value');
    const cas = (value: string) => short(ask({ kind: 'cache.cas', key: 'a', value, seconds: 0, cas: seen.cas }));
    assert.deepEqual([cas('y'), cas('z')], ['stored', 'changed']);
    ask({ kind: 'cache.delete', key: 'a' });
    assert.equal(cas('z'), 'absent');
  });

  test('flags go with the value', () => {
    const { ask } = opened();
    ask({ kind: 'cache.set', key: 'a', value: '1', seconds: 0, flags: 7 });
    ask({ kind: 'cache.count', key: 'a', way: 'up', by: '1' });
    const answer = ask({ kind: 'cache.get', key: 'a' });
    assert.equal(answer.kind === 'cache.value' && answer.flags, 7);
  });

  test('what does not fit is refused, and what it should have replaced is gone', () => {
    const { set, get } = opened({ entryBytesMax: 10 });
    set('a', 'x');
    assert.equal(set('a', 'x'.repeat(10)), 'too-large');
    assert.equal(get('a'), 'missing');
    assert.equal(set('a', '€€€'), 'stored');
    assert.equal(set('a', '€€€€'), 'too-large');
  });

  test('what was older than something that did not fit is not taken after it', () => {
    for (const limit of [{ entryBytesMax: 20 }, { bytesMax: 20, overheadBytes: 0 }]) {
      const { ask } = opened(limit);
      const put = (version: number, value: string): string =>
        ask({ kind: 'cache.set', key: 'a', value, seconds: 60, version }).kind;
      assert.deepEqual(
        [put(7, 'x'.repeat(30)), put(6, 'x'), put(8, 'x')],
        ['cache.failure', 'cache.failure', 'cache.stored'],
      );
    }
  });

  test('a floor goes back with its log, but not where rows are served under a lease', () => {
    for (const [serving, taken] of [
      ['always', 'stored'],
      ['leased', 'older'],
    ] as const) {
      const { ask, set, store } = opened({ serving });
      ask({ kind: 'cache.delete', key: 'a', version: 9 });
      store.dropRows(undefined, 5);
      assert.deepEqual([set('a', 'x', { version: 4 }), set('a', 'x', { version: 6 })], ['older', taken]);
    }
  });

  test('delete and flush', () => {
    const { ask, set, get } = opened();
    for (const key of ['a', 'b', 'c']) set(key, 'x');
    const dropped = ['a', 'a'].map((key) => ask({ kind: 'cache.delete', key }));
    assert.deepEqual(
      dropped.map((answer) => answer.kind === 'cache.deleted' && answer.dropped),
      [true, false],
    );
    assert.deepEqual(ask({ kind: 'cache.flush' }), { kind: 'cache.flushed', entries: 2 });
    assert.equal(get('b'), 'missing');
  });
});

describe('counting', () => {
  const cases: readonly (readonly [from: string, way: 'up' | 'down', by: string, to: string])[] = [
    ['9', 'up', '1', '10'],
    ['10', 'down', '1', '9'],
    ['3', 'down', '5', '0'],
    ['18446744073709551615', 'up', '1', '0'],
    ['18446744073709551614', 'up', '18446744073709551615', '18446744073709551613'],
    ['0', 'down', '18446744073709551615', '0'],
    ['007', 'up', '1', '8'],
    ['18446744073709551616', 'up', '1', 'not-a-number'],
    ['-1', 'up', '1', 'not-a-number'],
    ['1.5', 'up', '1', 'not-a-number'],
    ['x', 'up', '1', 'not-a-number'],
    ['', 'up', '1', 'not-a-number'],
    ['1', 'up', '-1', 'not-a-number'],
    ['1', 'up', '18446744073709551616', 'not-a-number'],
  ];
  for (const [from, way, by, to] of cases) {
    test(`'${from}' ${way} by '${by}'`, () => {
      const { set, get, count } = opened();
      set('n', from);
      assert.equal(count(way, by), to);
      assert.equal(get('n'), to === 'not-a-number' ? from : to);
    });
  }

  test('a count keeps the end of its value, and there must be one', () => {
    const { set, get, count, pass } = opened();
    assert.equal(count('up', '1'), 'absent');
    set('n', '1', { seconds: 1 });
    pass(999);
    assert.equal(count('up', '1'), '2');
    pass(1);
    assert.equal(get('n'), 'missing');
  });
});

describe('leases', () => {
  test('one may fill, the others are told to wait until another may', () => {
    const { lease, set, get, pass } = opened({ leaseMs: 100 });
    const { token } = lease('a') ?? {};
    pass(40);
    assert.deepEqual(lease('a'), { kind: 'cache.missing', key: 'a', waitMs: 60 });
    assert.equal(set('a', 'x', { token: token ?? 0 }), 'stored');
    assert.equal(get('a'), 'x');
  });

  test('a delete in between: what was read before it is not put in', () => {
    const { ask, lease, set, get } = opened();
    const { token } = lease('a') ?? {};
    ask({ kind: 'cache.delete', key: 'a' });
    assert.equal(set('a', 'stale', { token: token ?? 0 }), 'lease');
    assert.equal(get('a'), 'missing');
  });

  const changes: readonly CacheRequest[] = [
    { kind: 'cache.set', key: 'a', value: 'newer', seconds: 0 },
    { kind: 'cache.add', key: 'a', value: 'newer', seconds: 0 },
    { kind: 'cache.flush' },
  ];
  for (const change of changes) {
    test(`${change.kind} ends the right as well`, () => {
      const { ask, lease, set } = opened();
      const { token } = lease('a') ?? {};
      ask(change);
      assert.equal(set('a', 'stale', { token: token ?? 0 }), 'lease');
    });
  }

  test('a right ends with its time, and only the next one counts', () => {
    const { lease, set, pass } = opened({ leaseMs: 100 });
    const first = lease('a')?.token ?? 0;
    pass(100);
    assert.equal(set('a', 'x', { token: first }), 'lease');
    const second = lease('a')?.token ?? 0;
    assert.equal(set('a', 'x', { token: first }), 'lease');
    assert.equal(set('a', 'x', { token: second }), 'stored');
  });

  test('no more than one in a lease time for a key, whatever becomes of it', () => {
    const { ask, lease, set, pass } = opened({ leaseMs: 100 });
    set('a', 'x', { token: lease('a')?.token ?? 0 });
    ask({ kind: 'cache.delete', key: 'a' });
    assert.equal(lease('a')?.waitMs, 100);
    pass(100);
    assert.notEqual(lease('a')?.token, undefined);
  });

  test('no more than so many at once', () => {
    const { lease, pass } = opened({ leaseMs: 100, leasesMax: 2 });
    lease('a');
    pass(10);
    lease('b');
    assert.equal(lease('c')?.waitMs, 90);
    pass(90);
    assert.notEqual(lease('c')?.token, undefined);
  });
});

describe('versions', () => {
  test('an older one never takes the place of a newer one', () => {
    const { set, get } = opened();
    set('a', 'new', { version: 7 });
    assert.equal(set('a', 'old', { version: 6 }), 'older');
    assert.equal(get('a'), 'new');
    assert.equal(set('a', 'same', { version: 7 }), 'stored');
  });

  test('nor the place that a newer one has left, unless it is known to be the newest still', () => {
    const { ask, set, get } = opened();
    set('a', 'new', { version: 7 });
    ask({ kind: 'cache.delete', key: 'a' });
    assert.equal(set('a', 'old', { version: 6 }), 'older');
    assert.equal(set('a', 'read late', { version: 6, asOf: 6 }), 'older');
    assert.equal(get('a'), 'missing');
    assert.equal(set('b', 'read now', { version: 2, asOf: 7 }), 'stored');
  });

  test('the same when the newer one had to go, was over, or was written over by one without a version', () => {
    for (const leave of ['eviction', 'end', 'overwriting']) {
      const { set, pass } = opened({ entriesMax: 1 });
      set('a', 'new', { version: 7, seconds: 1 });
      if (leave === 'end') pass(1_000);
      else set(leave === 'eviction' ? 'b' : 'a', 'x', leave === 'eviction' ? { version: 9 } : { seconds: -1 });
      assert.equal(set('a', 'old', { version: 6 }), 'older', leave);
    }
  });

  test('and when one without a version was there in between', () => {
    const { ask, set } = opened();
    set('a', 'new', { version: 7 });
    set('a', 'of whoever');
    ask({ kind: 'cache.delete', key: 'a' });
    assert.equal(set('a', 'old', { version: 6 }), 'older');
  });

  test('an invalidation drops what is older than it, and is a floor for what comes later', () => {
    const { ask, set, get } = opened();
    const invalidate = (version: number) => ask({ kind: 'cache.delete', key: 'a', version });
    set('a', 'new', { version: 7 });
    invalidate(7);
    assert.equal(get('a'), 'new');
    invalidate(8);
    assert.equal(get('a'), 'missing');
    assert.equal(set('a', 'late', { version: 7 }), 'older');
  });
});

describe('versions of several logs', () => {
  const say = (kind: 'cache.set' | 'cache.delete', log: string, epoch: number, version: number): CacheRequest => {
    const lineage = { key: 'a', log, epoch, version };
    return kind === 'cache.delete' ? { kind, ...lineage } : { kind, ...lineage, value: log, seconds: 0 };
  };

  test('of a key that moved, the one of the later map counts, whatever the positions', () => {
    const { ask, get } = opened();
    ask(say('cache.set', 'shard-1', 1, 900));
    assert.equal(short(ask(say('cache.set', 'shard-2', 2, 3))), 'stored');
    assert.equal(short(ask(say('cache.set', 'shard-1', 1, 901))), 'older');
    ask(say('cache.delete', 'shard-1', 1, 901));
    assert.equal(get('a'), 'shard-2');
    ask(say('cache.delete', 'shard-2', 2, 4));
    assert.equal(short(ask(say('cache.set', 'shard-1', 1, 902))), 'older');
  });

  test('what one log has let go is no floor for another of the same map', () => {
    const { ask } = opened();
    ask({ kind: 'cache.delete', key: 'b', log: 'shard-1', epoch: 1, version: 900 });
    assert.equal(short(ask(say('cache.set', 'shard-2', 1, 3))), 'stored');
  });

  test('of two logs of one map none is the older one', () => {
    const { ask, get } = opened();
    ask(say('cache.set', 'shard-1', 1, 900));
    assert.equal(short(ask(say('cache.set', 'shard-2', 1, 3))), 'stored');
    assert.equal(get('a'), 'shard-2');
  });

  test('of more logs than can be told apart, the latest of all that are too many is the floor', () => {
    const { ask } = opened();
    const letGo = (log: string, version: number) => ask({ kind: 'cache.delete', key: 'b', log, epoch: 1, version });
    for (let number = 1; number <= 1_000; number++) letGo(`shard-${number}`, number);
    letGo('one-too-many', 50);
    assert.equal(short(ask(say('cache.set', 'another', 1, 49))), 'older');
    assert.equal(short(ask(say('cache.set', 'another', 1, 50))), 'stored');
    ask({ kind: 'cache.flush' });
    assert.equal(short(ask(say('cache.set', 'shard-60', 1, 59))), 'older');
  });
});

describe('what was dropped', () => {
  const drop: CacheRequest = { kind: 'cache.delete', key: 'a', version: 4 };
  const asked: CacheRequest = { kind: 'cache.get', key: 'a', lease: true, staleMs: 50 };

  test('is shown for a while, marked, to who says that it will do and would have to wait', () => {
    const { ask, set, get, pass, store } = opened();
    const first = ask(asked);
    assert.ok(first.kind === 'cache.missing' && first.token !== undefined && first.stale === undefined);
    set('a', 'old', { version: 3 });
    ask(drop);
    assert.equal(get('a'), 'missing');
    const second = ask(asked);
    assert.ok(second.kind === 'cache.missing' && second.waitMs !== undefined);
    assert.deepEqual([second.stale?.value, second.stale?.version], ['old', 3]);
    const strict = ask({ kind: 'cache.get', key: 'a', lease: true });
    assert.ok(strict.kind === 'cache.missing' && strict.waitMs !== undefined && strict.stale === undefined);
    pass(50);
    const late = ask(asked);
    assert.ok(late.kind === 'cache.missing' && late.stale === undefined);
    const { hits, misses, markedStale, staleServed } = store.standing();
    assert.deepEqual(
      { hits, misses, markedStale, staleServed },
      { hits: 0, misses: 5, markedStale: 1, staleServed: 0 },
    );
  });

  test('is gone at its own end, when it is dropped for good, and with everything else', () => {
    const { ask, set, pass } = opened();
    const shown = (): unknown => {
      const answer = ask(asked);
      return answer.kind === 'cache.missing' ? answer.stale?.value : answer.kind;
    };
    const ends: (() => void)[] = [
      () => pass(20),
      () => ask({ kind: 'cache.delete', key: 'a' }),
      () => ask({ kind: 'cache.delete', key: 'a', version: 9, forGood: true }),
      () => ask({ kind: 'cache.flush' }),
    ];
    for (const end of ends) {
      shown();
      set('a', 'old', { seconds: 0.02 });
      ask({ kind: 'cache.delete', key: 'a', version: 9 });
      assert.equal(shown(), 'old');
      end();
      assert.equal(shown(), undefined);
    }
  });

  test('does not stay longer for being dropped again, and counts against the limits', () => {
    const { ask, set, pass, store } = opened({ entriesMax: 2 });
    ask(asked);
    set('a', 'old');
    ask(drop);
    assert.equal(store.standing().entries, 1);
    pass(40);
    ask(drop);
    pass(10);
    const late = ask(asked);
    assert.ok(late.kind === 'cache.missing' && late.stale === undefined);
    set('b', '1');
    set('c', '1');
    set('a', 'new');
    assert.equal(store.standing().entries, 2);
    assert.equal(short(ask({ kind: 'cache.add', key: 'a', value: 'x', seconds: 0 })), 'present');
  });
});

describe('counters', () => {
  test('they tell what happened', () => {
    const { ask, set, get, pass, store } = opened({ entriesMax: 2 });
    for (const key of ['a', 'b', 'c']) set(key, 'xyz', { seconds: 1 });
    get('a');
    get('b');
    pass(1_000);
    get('b');
    ask({ kind: 'cache.get', key: 'd', lease: true });
    ask({ kind: 'cache.get', key: 'd', lease: true });
    const { kind: _kind, policy: _policy, entriesMax: _entries, bytesMax: _bytes, ...found } = store.standing();
    assert.deepEqual(found, {
      entries: 1,
      spare: 0,
      bytes: 60,
      hits: 1,
      misses: 4,
      evictions: 1,
      expirations: 1,
      staleServed: 0,
      leases: 1,
      waits: 1,
      markedStale: 0,
    });
  });

  test('a batch of a trace counts like as many gets, and fills what it misses', () => {
    const { ask, store } = opened({ entriesMax: 2 });
    assert.deepEqual(ask({ kind: 'cache.replay', keys: ['a', 'b', 'a', 'c', 'b'] }), {
      kind: 'cache.replayed',
      hits: 1,
      misses: 4,
    });
    assert.equal(store.standing().hits, 1);
  });

  test('another policy and other limits hold at once', () => {
    const { store, set, get } = opened();
    for (const key of ['a', 'b', 'c']) set(key, 'x');
    for (const key of ['a', 'a', 'b', 'c']) get(key);
    store.configure({ ...defaults, policy: 'fifo', entriesMax: 2 });
    assert.equal(store.standing().entries, 2);
    assert.equal(get('a'), 'missing', 'who would have gone first under the policy before, goes first');
  });
});
