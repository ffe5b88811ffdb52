/** Claim: private nodes are unreachable from outside, and who tries is told why. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { privacy } from './privacy/claim';

const claim = privacy({ seed: 1, runs: 400 });

test(claim.name, () => void demand(claim));
