import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../src/drawing/look';
import { Refusal } from '../../src/world/quantities';
import { each } from './each';

function kill(node: string): string {
  if (node === 'web-2') throw new Refusal('web-2 is dead');
  return `${node} was killed`;
}

test('who refuses keeps nobody else from it, and both are told', async () => {
  const shown = await each([['web-1', 'web-2', 'web-3'], ['web-1']], kill);
  assert.equal(shown.text(plain), 'web-1 was killed\nweb-2 is dead\nweb-3 was killed');
  assert.deepEqual(shown.value, {
    text: 'web-1 was killed\nweb-2 is dead\nweb-3 was killed',
    nodes: ['web-1', 'web-3'],
    refused: ['web-2 is dead'],
  });
});

test('where all refuse it is a refusal', async () => {
  await assert.rejects(each([['web-2']], kill), /^Refusal: web-2 is dead$/);
});
