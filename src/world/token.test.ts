import { deepEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { fromToken, type Standpoint, toToken } from './token';

const standpoint: Standpoint = {
  recipe: {
    name: 'empty',
    topology: { boxes: [], nodes: [] },
    seed: 7,
    model: { hosts: 3 },
    log: [{ atUs: 5, after: 1, command: { verb: 'kill', node: 'web-1', stay: true } }],
  },
  moment: { atUs: 12_300_000, after: 2 },
};

test('a token gives back where it was made', () => {
  deepEqual(fromToken(toToken(standpoint, '0.1.0'), '0.1.0'), standpoint);
});

test('a token of another version says so', () => {
  throws(() => fromToken(toToken(standpoint, '0.1.0'), '0.2.0'), /made by version 0\.1\.0, and this is 0\.2\.0/);
});

test('a damaged token says so', () => {
  const token = toToken(standpoint, '0.1.0');
  throws(() => fromToken(`${token.slice(0, -4)}AAAA`, '0.1.0'), /damaged/);
  for (const cut of ['tr.', 'tr.0-1-0', 'tr.0-1-0.0.']) throws(() => fromToken(cut, '0.1.0'), /damaged/);
  throws(() => fromToken('hello', '0.1.0'), /not a token/);
});
