/** Claims: what a replicated site promises, whatever befalls its databases, its observers and the links between them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { promises } from './replication/claim';
import { comeback } from './replication/comeback';
import { type Mode, modes } from './replication/modes';

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
