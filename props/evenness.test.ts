/** Claim: requests are spread evenly over the living web servers. */
import { test } from 'node:test';
import { evenness } from './evenness/claim';
import { demand } from './judge';

const claim = evenness({ seed: 1, runs: 40 });

test(claim.name, () => void demand(claim));
