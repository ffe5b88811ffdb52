/** Each broken part is noticed by the claim that is about it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canaries } from '.';

describe('what is broken is noticed', () => {
  for (const { name, claim, run } of canaries) {
    test(`${name}: ${claim}`, (t) => {
      const caught = run({ shrink: false });
      assert.ok(caught !== undefined, `"${claim}" holds even for ${name}`);
      t.diagnostic(`${name}: ${caught.kind}, after ${caught.runs} runs, ${caught.lines.length} lines`);
    });
  }
});
