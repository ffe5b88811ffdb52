/** What tests say they saw is added up, and what nobody saw is missed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Phenomena } from '../src/testing/phenomena';
import { expected, Sightings } from './phenomena';

test('tables of several tests add up, other diagnostics say nothing', () => {
  const sightings = new Sightings();
  for (let run = 0; run < 2; run++) {
    const phenomena = new Phenomena();
    phenomena.saw('a torn tail was found', 3);
    phenomena.saw('a user saw: 503');
    sightings.hear(phenomena.table());
  }
  sightings.hear('5 x a user saw: 504');
  assert.match(sightings.table(), /\n {7}2 × a user saw: 503\n {7}6 × a torn tail was found\n$/);
  assert.match(sightings.table(), /^phenomena:\n {7}0 × /);
  assert.deepEqual(
    sightings.missing,
    expected.filter((what) => what !== 'a torn tail was found' && what !== 'a user saw: 503'),
  );
});

test('what was expected and never seen stands in a table as a zero, and is not seen by whoever reads it', () => {
  const sightings = new Sightings();
  sightings.hear(new Phenomena().table(expected));
  assert.deepEqual(sightings.missing, expected);
});
