/** Claim: Raft's promises hold whatever happens, and it goes on once all is mended. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { raftHolds, raftOutlivesShortReigns } from './raft/claim';

test(raftHolds.name, () => void demand(raftHolds));
test(raftOutlivesShortReigns.name, () => void demand(raftOutlivesShortReigns));
