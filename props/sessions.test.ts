/** Claims: whose sessions are lost when web servers die, and that nobody is logged in who has logged out. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { sessionsClaim } from './sessions/claim';

const phenomena = new Phenomena();
const stateless = sessionsClaim({ seed: 1, runs: 30, where: ['cache', 'sql', 'kv'], phenomena });
const stateful = sessionsClaim({ seed: 2, runs: 30, where: ['memory'], phenomena });

test(stateless.name, () => void demand(stateless));
test(stateful.name, (context) => {
  demand(stateful);
  context.diagnostic(phenomena.table());
});
