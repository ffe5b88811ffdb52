/** Claim: requests are spread evenly over the living web servers. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { evenness } from './evenness/claim';

const claim = evenness({ seed: 1, runs: 40 });

test(claim.name, () => void demand(claim));
