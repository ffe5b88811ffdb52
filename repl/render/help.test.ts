import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../src/drawing/look';
import { lines } from './fixtures';
import { type CommandHelp, helpFor, helpList, helpOverview } from './help';

const commands: readonly CommandHelp[] = [
  {
    name: 'get',
    usage: 'get <url> [--client <device>]',
    summary: 'fetch a page as a user does',
    group: 'Users',
    topic: 'users',
    options: [
      { flag: '--client <device>', text: 'app (JSON) or browser (HTML), or the id of a client; app if not given' },
    ],
    examples: [
      { line: 'get /users/12', text: 'one user as JSON' },
      { line: 'get /users/12 --client browser', text: 'the same as HTML' },
    ],
  },
  {
    name: 'kill',
    usage: 'kill <node>',
    summary: 'end the process of a node',
    group: 'Accidents',
    topic: 'accidents',
    examples: [],
  },
  {
    name: 'patch',
    usage: 'patch <url> <json>',
    summary: 'change a thing',
    group: 'Users',
    topic: 'users',
    examples: [],
  },
];

test('all verbs in their groups', () => {
  const expected = lines(
    'Users',
    '  get    fetch a page as a user does',
    '  patch  change a thing',
    'Accidents',
    '  kill   end the process of a node',
  );
  assert.equal(helpList(commands, plain), expected);
});

test('the names of all verbs on one screen', () => {
  const [users, accidents, ...rest] = helpOverview(commands, plain).split('\n');
  assert.equal(users, 'users      get patch');
  assert.equal(accidents, 'accidents  kill');
  assert.equal(rest[1], 'help kill explains a verb, help network a group, help all everything');
});

test('one verb, with what wraps under itself', () => {
  const expected = lines(
    'get <url> [--client <device>]',
    '  fetch a page as a user does',
    '',
    '  --client <device>  app (JSON) or browser (HTML), or',
    '                     the id of a client; app if not',
    '                     given',
    '',
    '  get /users/12               one user as JSON',
    '  get /users/12 --client browser',
    '                              the same as HTML',
  );
  const [get] = commands;
  assert.ok(get !== undefined);
  assert.equal(helpFor(get, { ...plain, columns: 53 }), expected);
});
