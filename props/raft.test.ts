/** Claim: Raft's promises hold whatever happens, and it goes on once all is mended. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import {
  anything,
  asynchronous,
  forced,
  quorum,
  raftClaim,
  raftOutlivesShortReigns,
  semiSynchronous,
} from './raft/claim';

for (const options of [anything, semiSynchronous, quorum, asynchronous, forced]) {
  test(options.name, (t) => {
    const phenomena = new Phenomena();
    demand(raftClaim({ ...options, phenomena }));
    t.diagnostic(phenomena.table());
  });
}
test(raftOutlivesShortReigns.name, () => void demand(raftOutlivesShortReigns));
