/** Claim: private nodes are unreachable from outside, and who tries is told why. */
import { test } from 'node:test';
import { demand } from './judge';
import { privacy } from './privacy/claim';

test(privacy.name, () => void demand(privacy));
