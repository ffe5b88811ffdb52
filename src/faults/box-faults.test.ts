/** Skew, drift and disks: faults that bend a box, and everything on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machine } from '../kernel/machine';
import { message, Type } from '../kernel/schema';
import { plainTier, Trial, trialTopology } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const wait = message('wait', { ms: Type.Number() });
const write = message('write', {});

/** Exposes its clocks, how long its timers took in true time, and what its disk said. */
const scribe = machine<{ kind: 'wait'; ms: number } | { kind: 'write' }, never, string[]>(
  (turn) => {
    const said: string[] = [];
    const { node } = turn;
    node.disk.read((contents, failure) => {
      const { entries, damage } = contents;
      said.push(`read ${entries.length}${damage === undefined ? '' : ' torn'}${failure ? ` ${failure.reason}` : ''}`);
    });
    node.report.expose(() => ({ wallMs: node.wallNowMs(), nowMs: turn.nowMs, said }));
    return said;
  },
  (said, { body }, turn) => {
    if (body.kind === 'wait') turn.after(body.ms, () => turn.node.report.gauge('waited', body.ms));
    else {
      const startMs = turn.nowMs;
      turn.node.disk.append(new Uint8Array(100).fill(7));
      turn.node.disk.sync((failure) => said.push(failure?.reason ?? `synced after ${turn.nowMs - startMs}`));
    }
  },
);
/** One of each may live on a box: two of a kind would listen on one port. */
const tiers = ['scribe', 'clerk', 'monk'].map((kind) => plainTier(kind, [wait, write], scribe));

interface View {
  readonly wallMs: number;
  readonly nowMs: number;
  readonly said: readonly string[];
}
const world = (seed = 1): Trial =>
  new Trial({
    faults,
    seed,
    epochMs: 0,
    tiers,
    nodes: { 'scribe-1': { box: 'b' }, 'clerk-1': { box: 'b' } },
  });
const view = (trial: Trial, node = 'scribe-1'): View => trial.view(node) as View;
const offMs = (trial: Trial, node?: string): number => view(trial, node).wallMs - trial.runtime.nowUs / 1000;

test('skews move the time of day of the whole box, add up, and go one by one; timers do not see them', () => {
  const trial = world();
  const first = trial.fault({ kind: 'skew', node: 'scribe-1', ms: 2_000 });
  const second = trial.fault({ kind: 'skew', node: 'clerk-*', ms: -500 });
  assert.deepEqual([offMs(trial), offMs(trial, 'clerk-1')], [1_500, 1_500]);
  assert.equal(view(trial).nowMs, trial.runtime.nowUs / 1000);
  trial.heal(first);
  assert.equal(offMs(trial), -500);
  trial.heal(second);
  assert.equal(offMs(trial), 0);
});

test('a drifting clock runs its timers early by its rate, and keeps what it gained', () => {
  const trial = world();
  const fault = trial.fault({ kind: 'drift', node: 'scribe-1', rate: 0.25 });
  const startUs = trial.runtime.nowUs;
  trial.say('scribe-1', { kind: 'wait', ms: 1_000 }, 2_000);
  const rang = trial.events.find(({ type }) => type === 'gauge');
  assert.equal((rang?.atUs ?? 0) - startUs, 250 + 800_000);
  assert.equal(Math.round(offMs(trial)), 500);
  trial.heal(fault);
  trial.run(1_000);
  assert.equal(Math.round(offMs(trial)), 500);
});

test('drifts multiply, so that no sum of them can stop a clock', () => {
  const trial = world();
  trial.fault({ kind: 'drift', node: 'scribe-1', rate: -0.5 });
  trial.fault({ kind: 'drift', node: 'scribe-1', rate: -0.5 });
  const before = view(trial).nowMs;
  trial.run(1_000);
  assert.equal(view(trial).nowMs - before, 250);
});

test('a node spawned later finds the box as it is; a fault that struck nothing says so and waits', () => {
  const trial = world();
  const outcome = trial.do({
    verb: 'add-fault',
    fault: { kind: 'skew', node: 'monk-1', ms: 100 } as { kind: string },
  });
  assert.match(outcome.text, /^skew monk-1 \+100ms: matches nothing here/);
  assert.ok(trial.events.some((event) => event.type === 'fault' && event.phase === 'idle'));
  assert.equal(trial.hits(outcome.fault ?? 0), 0);
  assert.equal(offMs(trial), 0);
  const [node] = trialTopology({ 'monk-1': { box: 'b' } }).nodes;
  assert.ok(node);
  trial.do({ verb: 'spawn', node });
  assert.deepEqual([offMs(trial, 'monk-1'), offMs(trial)], [100, 100]);
  assert.equal(trial.hits(outcome.fault ?? 0), 1);
  trial.do({ verb: 'retire', node: 'monk-1' });
  assert.equal(offMs(trial), 0);
  assert.equal(trial.hits(outcome.fault ?? 0), 1, 'it has struck');
});

test('a box that is struck counts once, however many faults come and go beside it', () => {
  const trial = world();
  const fault = trial.fault({ kind: 'skew', node: '*-1', ms: 1 });
  trial.heal(trial.fault({ kind: 'slow', node: 'scribe-1', ms: 1 }));
  assert.equal(trial.hits(fault), 1);
});

test('slow disks take longer, and the delays add up', () => {
  const trial = world();
  const first = trial.fault({ kind: 'slow-disk', node: 'scribe-1', ms: 50 });
  trial.fault({ kind: 'slow-disk', node: 'clerk-1', ms: 25 });
  trial.say('scribe-1', { kind: 'write' }, 200);
  trial.heal(first);
  trial.say('scribe-1', { kind: 'write' }, 200);
  const tookMs = view(trial)
    .said.slice(1)
    .map((text) => Math.floor(Number(text.replace('synced after ', ''))));
  assert.deepEqual(tookMs, [75, 25]);
});

test('a failing disk says why, to reads and writes, until it is restored', () => {
  const trial = world();
  const fault = trial.fault({ kind: 'failing-disk', node: 'scribe-1', reason: 'bad sector' });
  trial.say('scribe-1', { kind: 'write' }, 10);
  assert.equal(view(trial).said.at(-1), 'bad sector');
  trial.do({ verb: 'kill', node: 'scribe-1' });
  trial.do({ verb: 'restart', node: 'scribe-1' });
  trial.run(10);
  assert.deepEqual(view(trial).said, ['read 0 bad sector']);
  trial.heal(fault);
  trial.say('scribe-1', { kind: 'write' }, 10);
  assert.match(view(trial).said.at(-1) ?? '', /^synced/);
});

test('a torn disk keeps part of what a crash caught; a sound one keeps nothing of it', () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const trial = world(seed);
    if (seed % 2 === 0) trial.fault({ kind: 'torn-disk', node: 'scribe-1' });
    trial.say('scribe-1', { kind: 'write' });
    trial.say('scribe-1', { kind: 'write' }, 0.3);
    trial.do({ verb: 'kill', node: 'scribe-1' });
    trial.do({ verb: 'restart', node: 'scribe-1' });
    trial.run(10);
    outcomes.add(`${seed % 2 === 0 ? 'torn' : 'sound'}: ${view(trial).said[0]}`);
  }
  const expected = ['sound: read 0', 'torn: read 0 torn', 'torn: read 1 torn', 'torn: read 2'];
  assert.deepEqual([...outcomes].sort(), expected);
});
