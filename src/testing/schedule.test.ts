/** What is drawn strikes whom it is meant to: a ring leaves everybody two neighbours, halves leave nobody the other side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faults } from '../faults/catalogue';
import { Trial, trialTopology } from '../runtimes/simulated/trial';
import { type AccidentKind, accidents, type Harm, siteTargets } from './schedule';

/** Who hears whom among so many peers while a harm is in force, over several draws. */
function hearing(kind: AccidentKind, peers: number): readonly ReadonlyMap<string, readonly string[]>[] {
  const ids = Array.from({ length: peers }, (_, at) => `peer-${at + 1}`);
  const nodes = Object.fromEntries(ids.map((id) => [id, {}]));
  const drawn = fc.sample(accidents(trialTopology(nodes), { kinds: [kind], accidentsMax: 1 }), {
    seed: 1,
    numRuns: 20,
  });
  const harms = drawn.flatMap((schedule) => schedule.map(({ harm }): Harm => harm));
  assert.ok(harms.length > 10);
  return harms.map((harm) => {
    const trial = new Trial({ faults, nodes });
    for (const fault of harm.faults ?? []) trial.fault(fault);
    for (const from of ids) for (const to of ids) if (from !== to) trial.talk(from, to, [1]);
    return new Map(ids.map((id) => [id, trial.heard(id).map(({ from }) => from)]));
  });
}

test('in a ring of four to six each hears two', () => {
  for (const heard of hearing('ring', 6)) {
    const inRing = [...heard].filter(([, from]) => from.length < 5);
    const members = inRing.map(([id]) => id);
    assert.ok(members.length >= 4);
    for (const [, from] of inRing) assert.equal(from.filter((id) => members.includes(id)).length, 2);
  }
});

test('halves hear themselves and not each other', () => {
  for (const heard of hearing('halves', 5)) {
    const cut = [...heard].filter(([, from]) => from.length < 4);
    assert.ok(cut.length >= 2);
    for (const [id, from] of cut) {
      const own = [id, ...from].sort();
      for (const other of from) {
        const fromOther = heard.get(other) ?? [];
        if (fromOther.length < 4) assert.deepEqual([other, ...fromOther].sort(), own);
      }
    }
  }
});

test('a kind that finds nobody is left out; where none is left, it says so', () => {
  const alone = trialTopology({ 'peer-1': {} });
  const targets = siteTargets(alone, { hosts: [], disks: [] });
  const kinds = new Set(
    fc
      .sample(accidents(alone, {}, targets), { seed: 1, numRuns: 200 })
      .flat()
      .map(({ kind }) => kind),
  );
  assert.deepEqual([...kinds].sort(), ['drift', 'kill', 'kill-box', 'pause', 'skew', 'slow']);
  assert.throws(() => accidents(alone, { kinds: ['ring'] }, targets), /nobody whom ring could strike/);
});
