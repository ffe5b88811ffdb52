/** Claim: the checkers judge rightly. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { brokerage } from './checkers/broker';
import { large } from './checkers/large';
import { promises } from './checkers/promises';
import { shortcuts } from './checkers/shortcuts';
import { spread } from './checkers/spread';
import { verdicts } from './checkers/verdicts';

test(verdicts.name, () => void demand(verdicts));
test(large.name, () => void demand(large));
test(shortcuts.name, () => void demand(shortcuts));
test(promises.name, () => void demand(promises));
test(brokerage.name, () => void demand(brokerage));
test(spread.name, () => void demand(spread));
