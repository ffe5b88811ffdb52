/**
 * What the runtimes are handed in the conformance suite. Threads load it by the path of this module.
 */
import { faults } from '../../faults/catalogue';
import type { Catalogue } from '../../kernel/runtime';
import { tier } from '../../kernel/tier';
import { liar, talker } from './talkers';
import { counter, echo, relay, square } from './tiers';

const tiers = [tier(echo), tier(relay), tier(counter), tier(talker), tier(liar)];

export const catalogue: Catalogue = { tiers: new Map(tiers.map((one) => [one.kind, one])), faults, jobs: { square } };
