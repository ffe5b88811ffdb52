/** Claims: shards answer as one database would; what they cannot answer is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { answered, demandSpelled, sameAsOne } from './sharding-sql/claim';
import { spelled } from './sharding-sql/spelled';
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

test('statements with something special to each are answered as one database would, or refused', () => {
  const statements = spelled.map(([statement, parameters = []]) => ({ statement, parameters }));
  for (const [seed, split] of [0, 0, 2].entries()) {
    const count = demandSpelled({ seed, users: 9, others: 14, shards: 3 + seed, split, isHuge: false }, statements);
    assert.ok(count > 120, `${count} of ${statements.length} were answered by several shards`);
  }
});
