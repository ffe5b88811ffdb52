/** Claim: no acknowledged write is lost, whatever befalls the site. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stages } from '../src/stages';
import { demand } from '../src/testing/judge';
import { Phenomena, type SignName } from '../src/testing/phenomena';
import { durability } from './site/durability';

/** Without these somewhere among the cases, nothing could have been lost. */
const expected: readonly (SignName | `a user saw: ${string}` | 'a write of unknown fate had been done')[] = [
  'a node was killed',
  'a node was paused',
  'a box was down',
  'a host was down',
  'a message was cut by a partition',
  'a torn tail was found',
  'a database stopped because it could not sync',
  'a log was replayed',
  'an answer to an earlier life was dropped',
  'a write of unknown fate had been done',
  'a user saw: 503',
  'a user saw: timed out',
];

describe('no acknowledged write is lost', () => {
  test('two web servers and one database, under any accidents', (t) => {
    const phenomena = new Phenomena();
    demand(durability({ stage: stages.loadBalanced, seed: 1, runs: 200, phenomena }));
    t.diagnostic(phenomena.table());
    assert.deepEqual(phenomena.missing(expected), []);
  });

  test('everything on one box, under any accidents', () => {
    demand(durability({ stage: stages.oneBox, seed: 1, runs: 50 }));
  });
});
