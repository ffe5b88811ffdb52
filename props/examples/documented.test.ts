/** What TESTING.md shows is the example that runs here, but for where it imports the house from. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const example = join(__dirname, 'lock-service');
const shown = [...readFileSync(join(__dirname, '..', '..', 'TESTING.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)];

let lines = 0;
for (const [place, file] of ['lock-service.ts', 'worker.ts', 'lock-service.test.ts'].entries()) {
  test(`TESTING.md shows ${file} as it is`, () => {
    const code = readFileSync(join(example, file), 'utf8')
      .replaceAll("'../../../src/testing'", "'tierrarium/testing'")
      .replaceAll("'../../../src'", "'tierrarium'");
    assert.equal(shown[place]?.[1], code);
    if (file !== 'lock-service.ts') lines += code.split('\n').length - 1;
  });
}

test('putting a tier under test, its client included, takes less than 60 lines', () => {
  assert.ok(lines > 0 && lines < 60, `${lines} lines`);
});
