/** What a client says that it likes to read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsHtml } from './http';

const accepted: readonly (readonly [accept: string | undefined, isHtml: boolean])[] = [
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['text/html', true],
  ['text/*', true],
  ['image/png', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['text/html;q=0.1,application/json', false],
  ['text/html;q=0.1, */*;q=0.2', false],
  ['Text/HTML;level=1; Q=0.5 , application/json;q=0.4', true],
  ['text/html;q=0', false],
  ['text/html;q=x', false],
  ['text/plain', false],
];
for (const [accept, isHtml] of accepted) {
  test(`accept: ${accept}`, () => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    assert.equal(wantsHtml({ kind: 'http.request', method: 'GET', path: '/', headers }), isHtml);
  });
}
