/** Claim: the latency of an open load counts from the moment at which a request was due. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { openLoopLatency } from './latency/claim';

const claim = openLoopLatency({ seed: 1, runs: 40 });

test(claim.name, () => void demand(claim));
