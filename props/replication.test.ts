/** Claims: what a replicated site promises, whatever befalls its databases, its observers and the links between them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DrivenWorld, within } from '../src/testing/driven-world';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { catalogue } from '../src/world/product';
import { partition, rates } from './replication/accidents';
import { Acknowledgements } from './replication/acknowledgements';
import { promises } from './replication/claim';
import { comeback, write as writing } from './replication/comeback';
import { type Mode, modes, siteOf } from './replication/modes';
import { late } from './replication/one-writer';

/** Without these among the cases of a mode, not much could have gone wrong in them. */
const always = [
  'a node was killed',
  'a message was cut by a partition',
  'a primary was replaced',
  'a stale read was refused',
];
const expected: Readonly<Record<Mode, readonly string[]>> = {
  async: [
    ...always,
    'an acknowledged write was lost by async',
    'a deposed tail was found',
    'the observers named a lost range',
  ],
  'semi-sync': [...always, 'a copy proved how fresh it is'],
  quorum: [...always, 'a stale read was seen'],
  elected: [...always, 'two copies were compared on their way'],
};

/** Few cases, drawn so that all of that comes in them. */
const seeds: Readonly<Record<Mode, number>> = { async: 4, 'semi-sync': 1, quorum: 1, elected: 1 };

describe('copies of the data', () => {
  for (const mode of modes) {
    test(`keep what is promised: ${mode}`, (t) => {
      const phenomena = new Phenomena();
      demand(promises({ mode, seed: seeds[mode], runs: 25, phenomena }));
      t.diagnostic(phenomena.table());
      assert.deepEqual(phenomena.missing(expected[mode]), []);
    });
  }
});

describe('a lease under async', () => {
  test('lets nobody acknowledge beside its successor, as far as clocks are as good as it assumes', () => {
    const [within] = rates.within.slice(-1);
    assert.deepEqual(overstayed(within ?? 0), []);
  });

  test('and beyond that it does: seen, and told', (t) => {
    const phenomena = new Phenomena();
    phenomena.saw('a lease was overstayed by a bad clock', overstayed(0.5).length);
    t.diagnostic(phenomena.table());
    assert.deepEqual(phenomena.missing(['a lease was overstayed by a bad clock']), []);
  });
});

/**
 * What a primary that only one web server still reaches acknowledged after its successor had, with its clock slow and the
 * observers' fast by so much.
 */
function overstayed(rate: number): readonly string[] {
  const settings = { restart: 'never', reads: 'newest', confirming: 'lease', replicas: 1 } as const;
  const parts = { catalogue, seed: 1, hosts: 3, hashed: false, keepMax: 0 };
  return within(new DrivenWorld('replication', siteOf('async', settings), parts), (world) => {
    const acknowledged = new Acknowledgements();
    world.events.subscribe((event) => acknowledged.hear(event));
    world.run('2s');
    const { primary = '', copies, observers } = world.replicas();
    const watchers = observers.map(({ node }) => node);
    const others = copies.map(({ node }) => node).filter((node) => node !== primary);
    const drift = { kind: 'drift', node: `{${watchers.join(',')}}`, rate };
    world.fault(drift);
    world.fault({ ...drift, node: primary, rate: -rate });
    world.run('1s');
    world.fault(partition(primary, [...others, ...watchers, 'web-2']));
    const beganMs = world.nowMs;
    const writes = Array.from({ length: 200 }, (_, number) => {
      return { atMs: beganMs + 20 * number, command: writing(number, `web-${1 + (number % 2)}`, 300) };
    });
    world.carryOut(writes, beganMs + 4_500);
    assert.equal(new Set(acknowledged.all.map(({ by }) => by)).size, 2, 'nobody took its place');
    return late(acknowledged.all).map(([one, before]) => `${one.by} in term ${one.term} after ${before.by}`);
  });
}

describe('whatever becomes of the primary', () => {
  for (const mode of modes) {
    test(`service comes back in time: ${mode}`, (t) => {
      const phenomena = new Phenomena();
      demand(comeback({ mode, seed: 1, runs: 15, phenomena }));
      t.diagnostic(phenomena.table());
      assert.deepEqual(phenomena.missing(['a failover came in time']), []);
    });
  }
});
