/** Claims about stores of items. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { documents } from './items/documents';
import { pairs } from './items/pairs';

test('key-value pairs are linearizable, over in time, and all found by scans, whatever befalls their copies', () => {
  demand(pairs({ seed: 1, runs: 40 }));
});

test('documents are found and patched as in a list, by whatever indexes', () => {
  demand(documents({ seed: 1, runs: 500 }));
});
