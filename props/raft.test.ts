/** Claim: Raft's promises hold whatever happens, and it goes on once all is mended. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { anything, raftClaim, raftOutlivesShortReigns } from './raft/claim';

test(anything.name, (t) => {
  const phenomena = new Phenomena();
  demand(raftClaim({ ...anything, phenomena }));
  t.diagnostic(phenomena.table());
});
test(raftOutlivesShortReigns.name, () => void demand(raftOutlivesShortReigns));
