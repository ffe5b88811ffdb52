/** Claim: the checkers judge rightly. */
import { test } from 'node:test';
import { large } from './checkers/large';
import { verdicts } from './checkers/verdicts';
import { demand } from './judge';

test(verdicts.name, () => void demand(verdicts));
test(large.name, () => void demand(large));
