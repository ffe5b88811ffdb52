/** Each broken part is noticed by the claim that is about it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canaries } from '.';
import { isMeant } from './canary';

describe('what is broken is noticed', () => {
  for (const { name, claim, kinds, run } of canaries) {
    test(`${name}: ${claim}`, (t) => {
      const caught = run({ shrink: false });
      assert.ok(caught !== undefined, `"${claim}" holds even for ${name}`);
      assert.ok(isMeant(caught.kind, kinds), `${name} is noticed as ${caught.kind}, not as ${kinds.join(' or ')}`);
      t.diagnostic(`${name}: ${caught.kind}, after ${caught.runs} runs, ${caught.lines.length} lines`);
    });
  }
});
