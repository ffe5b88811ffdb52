/** Claim: whatever becomes of those who give ids out, none is given out twice. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { idsAreUnique } from './placement/ids';

test('no id is given out twice', () => void demand(idsAreUnique({ seed: 1, runs: 40 })));
