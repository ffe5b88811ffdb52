/** A soak deals batches to machines, keeps what refutes a claim, and always ends with what it found so far. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Tried, trials } from '../trials';
import { type Batch, batches } from './batches';
import { soak } from './soak';
import { readWish, type Wish } from './wish';

const good: Tried = { runs: 10, vacuous: 0, virtualMs: 36_000, refuted: undefined };
const refuted = { kind: 'lost', report: 'a write is lost', command: 'npm start -- --replay tr.1' };

function wish(...args: readonly string[]): Wish {
  return readWish(args, 7);
}

function listed(...args: readonly string[]): string[] {
  return [...batches(wish(...args))].map(({ name, seed, runs }) => `${name} ${seed} ${runs}`);
}

async function soaked(given: Wish, attempt: (batch: Batch, stop: () => void) => Tried) {
  const printed: string[] = [];
  const kept: string[] = [];
  const stop = new AbortController();
  let nowMs = 0;
  const isGood = await soak(given, {
    attempt: async (batch) => attempt(batch, () => stop.abort()),
    print: (text) => printed.push(text),
    keep: (line) => kept.push(line),
    nowMs: () => (nowMs += 1_000),
    stop: stop.signal,
  });
  return { isGood, printed: printed.join(''), kept };
}

test('eight machines together do what one does, and none only one claim', () => {
  const all = ['evenness', 'latency', 'privacy', '--seed', '3', '--runs', '20000'];
  const shards = Array.from({ length: 8 }, (_, at) => listed(...all, '--shard', `${at + 1}/8`));
  assert.deepEqual(shards.flat().sort(), listed(...all).sort());
  for (const shard of shards) assert.equal(new Set(shard.map((line) => line.split(' ')[0])).size, 3);
});

test('the last batch holds what is left of the cases', () => {
  assert.deepEqual(listed('--property', 'evenness', '--runs', '50', '--seed', '3'), ['evenness 3 40', 'evenness 4 10']);
});

test('few cases are shared among all claims', () => {
  const few = [...batches(wish('--runs', '100', '--seed', '3'))];
  assert.equal(
    few.reduce((sum, { runs }) => sum + runs, 0),
    100,
  );
  assert.equal(new Set(few.map(({ name }) => name)).size, trials.length);
});

test('machines that share their rounds begin with the same seed, others with a fresh one', () => {
  assert.equal(wish().seed, 7);
  assert.equal(wish('--shard', '2/3').seed, 1);
  assert.equal(wish().chosen.length, trials.length);
  assert.equal(wish().minutes, 5);
  assert.equal(wish('--runs', '10').minutes, Number.POSITIVE_INFINITY);
});

test('what cannot be wished for is said in one line', () => {
  for (const [args, message] of [
    [['privity'], 'there is no claim privity'],
    [['--property', 'x-x'], 'there is no claim x-x'],
    [['--minutes', 'long'], "--minutes must be a number above 0, not 'long'"],
    [['--runs', '0'], "--runs must be a whole number from 1 on, not '0'"],
    [['--shard', '4/3'], "--shard must be such as 3/8, not '4/3'"],
    [['--shard', '0/3'], "--shard must be such as 3/8, not '0/3'"],
  ] as const) {
    assert.throws(() => wish(...args), { message });
  }
});

test('what was refuted is kept with its token, and the other claims go on', async () => {
  const given = wish('evenness', 'latency', '--runs', '1000', '--threads', '2');
  const { isGood, printed, kept } = await soaked(given, ({ name }) => ({
    ...good,
    refuted: name === 'latency' ? refuted : undefined,
  }));
  assert.equal(isGood, false);
  assert.deepEqual(
    kept.map((line) => JSON.parse(line).replay),
    Array(kept.length).fill(refuted.command),
  );
  assert.ok(kept.length >= 3 && kept.length <= 4, 'a claim that fell three times is left alone');
  assert.match(printed, /a write is lost\n {2}the same again: npm run soak -- --property latency --seed 7\n/);
  assert.match(printed, /\n\d refutations: evenness \d+, latency \d0 \(refuted \d times\)\n/);
});

test('a claim of which most cases are empty falls; a batch that breaks is no success', async () => {
  const empty = await soaked(wish('evenness', '--runs', '2000'), () => ({ ...good, runs: 40, vacuous: 9 }));
  assert.equal(empty.isGood, false);
  assert.match(empty.printed, /evenness: \d+ of \d+ cases prove nothing\n/);
  const broken = await soaked(wish('evenness', '--runs', '40'), () => {
    throw new Error('out of memory');
  });
  assert.equal(broken.isGood, false);
  assert.match(broken.printed, /seed 7 evenness: could not be tried: out of memory\n1 refutation: /);
});

test('time passes, and so does patience', async () => {
  const late = await soaked(wish('evenness', '--minutes', '1', '--threads', '1'), () => good);
  assert.match(late.printed, /0\.\d\d virtual hours in \d\d\.0 s: /);
  let left = 3;
  const stopped = await soaked(wish('evenness', '--threads', '1'), (_batch, stop) => {
    if (--left === 0) stop();
    return good;
  });
  assert.equal(stopped.isGood, true);
  assert.match(stopped.printed, /\nstopped\nnothing was refuted: evenness 30\n0\.03 virtual hours in /);
});
