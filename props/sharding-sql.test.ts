/** Claims: shards answer as one database would; what they cannot answer is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { answered, sameAsOne } from './sharding-sql/claim';
import { strangersRefused } from './sharding-sql/strange';

const phenomena = new Phenomena();
const same = sameAsOne({ seed: 1, runs: 100, phenomena });

test(same.name, (t) => {
  demand(same);
  t.diagnostic(phenomena.table());
  assert.deepEqual(phenomena.missing(answered), []);
});

const refused = strangersRefused({ seed: 1, runs: 600 });

test(refused.name, () => void demand(refused));
