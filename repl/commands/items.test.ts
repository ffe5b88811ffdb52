/** What is said to the stores of items, and what comes back, line by line. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

type Lines = readonly (readonly [line: string, answer: RegExp])[];

describe('stores of items', () => {
  let session: Session;
  before(async () => {
    session = await simulatedSession();
    for (const line of ['spawn kv', 'spawn doc', 'run 500ms']) assert.ok((await session.run(line)).ok);
  });
  after(() => session.close());

  const say = async (line: string): Promise<string> => {
    const { problem, text } = await session.run(line);
    return problem ?? text;
  };
  const demand = async (lines: Lines): Promise<void> => {
    for (const [line, answer] of lines) assert.match(await say(line), answer, line);
  };

  test('key-value pairs', () =>
    demand([
      ['kv get greeting', /^there is nothing under greeting \(from kv-1 at log position \d+\)$/],
      ['kv put greeting hello', /^greeting has version \d+ now \(from kv-1 at log position \d+\)$/],
      ['kv get greeting', /^"hello"\nversion \d+, from kv-1 at log position \d+$/],
      ['kv put greeting "12"', /has version/],
      ['kv get greeting', /^"12"\n/],
      ['kv put user:1 {"name": "Ada", "tags": [1, null]}', /has version/],
      ['kv get user:1', /^\{\n {2}"name": "Ada",/],
      ['kv put user:2 7 --ttl 5s', /has version/],
      ['kv get user:2', /^7\nversion \d+, over in \d(\.\d+)? s, /],
      ['kv cas user:2 999 8', /^not done by kv-1: "user:2": 999 was expected, and it has version \d+$/],
      ['kv cas user:3 0 [3]', /has version/],
      ['kv put user:3 x --expected 0', /^not done by kv-1: "user:3": 0 was expected, and it has version/],
      ['kv scan user:', /^key +version +value *\nuser:1 .*"Ada".*\nuser:2 .*7 *\nuser:3 .*\[3\] *\n3 items, from kv-1/],
      ['kv scan user: --limit 1', /^key.*\nuser:1 .*\n1 item, .* there may be more: --after\suser:1$/],
      ['kv scan user: --after user:2', /^key.*\nuser:3 .*\n1 item, /],
      ['run 6s', /./],
      ['kv get user:2 --fresh any', /^there is nothing/],
      ['kv delete user:3 --expected 1', /^not done/],
      ['kv delete user:3', /^user:3 is no more/],
      ['kv delete user:3', /^there was nothing under user:3/],
      // What cannot be.
      ['kv', /^what to say to a key-value store is missing: kv <verb>/],
      ['kv sacn', /^nothing called sacn can be said to a key-value store; did you mean scan/],
      ['kv put a', /^value is missing/],
      ['kv put a {"b": }', /\(column 16\)$/],
      ['kv cas a b c', /^'b' is no version; .* \(column 10\)$/],
      ['kv get a --ttl 5s', /^--ttl is for put, cas; get has no use for it$/],
      ['kv put a b --fresh any', /^--fresh is for get, scan; put has no use for it$/],
      ['kv get a --fresh session', /known for sql alone/],
      ['kv get a --at kv-7', /^there is no node kv-7; did you mean kv-1/],
      [`kv get ${'x'.repeat(513)}`, /^a key has 1 to 512 characters, this one 513/],
    ]));

  test('documents', () =>
    demand([
      ['doc get users/1', /^there is no users\/1 \(from doc-1/],
      ['doc put users/1 {"name": "Ada", "address": {"city": "Oslo"}, "age": 36}', /^users\/1 has version \d+ now/],
      ['doc put users/2 {"name": "Alan", "address": {"city": "New York"}}', /has version/],
      ['doc put users/3 {"tags": ["x"], "age": "old"}', /has version/],
      ['doc find users address.city = "Oslo"', /^id.*\n1 .*Ada.*\n1 document, 3 looked at, without an index, /],
      ['doc index users address.city', /^users has indexes on address.city$/],
      [
        'doc find users address.city="New York"',
        /\n2 .*Alan.*\n1 document, 1 looked at, by the index on address.city, from doc-1/,
      ],
      ['doc find users age >= 30 and age<40', /\n1 .*\n1 document, 3 looked at/],
      ['doc find users tags.0=x', /\n3 .*\n1 document/],
      ['doc find users --limit 2', /\n1 .*\n2 .*\n2 documents, .* there\smay be more: --after\s2$/],
      ['doc patch users/1 {"age": null, "address": {"street": "Main"}}', /has version/],
      ['doc get users/1', /"city": "Oslo",\n {4}"street": "Main"/],
      ['doc patch users/9 {"a": 1}', /^not done by doc-1: there is no users\/9 to be patched$/],
      ['doc put users/1 {} --expected 1', /^not done by doc-1: users\/1: 1 was expected/],
      ['doc index users address.city --drop', /^users has no index$/],
      ['doc delete users/1', /^users\/1 is no more/],
      ['doc find nobody', /^0 documents, 0 looked at/],
      // What cannot be.
      ['doc fnd users', /^nothing called fnd can be said to a document store; did you mean find/],
      ['doc get users', /^'users' names no document; write collection\/id, for example users\/12 \(column 9\)$/],
      ['doc put users/1 7', /^a document is a JSON object such as \{"name": "Ada"\} \(column 17\)$/],
      ['doc put 1/1 {}', /^'1' is no name for a collection/],
      ['doc find users city', /^'city' is no condition; write for example/],
      ['doc find users city ! Oslo', /is no condition/],
      ['doc put users/1 {} --drop', /^--drop is for index; put has no use for it$/],
    ]));

  test('as functions of TypeScript, and as plain data', async () => {
    await session.run("kv('put', 'x', { deep: [1] }, { ttl: '1m' })");
    const { value } = await session.run("kv('get', 'x')");
    assert.match(JSON.stringify(value), /"by":"kv-1".*"kind":"kv.item".*"value":\{"deep":\[1\]\}/);
    await session.run("doc('put', 'things/1', { a: 'b' })");
    const found = await session.run("doc('find', 'things', 'a=b')");
    assert.match(JSON.stringify(found.value), /"documents":\[\{"id":"1","document":\{"a":"b"\}/);
  });

  test('verbs, nodes and options are completed', async () => {
    const offered = async (line: string): Promise<string[]> =>
      (await session.complete(line))[0].map((one) => one.trim()).sort();
    assert.deepEqual(await offered('kv s'), ['scan']);
    assert.deepEqual(await offered('doc p'), ['patch', 'put']);
    assert.deepEqual(await offered('kv get a --at kv'), ['kv', 'kv-1']);
    assert.deepEqual(await offered('doc index users a --d'), ['--drop']);
  });

  test('where there is no store, that is what it says', async () => {
    const alone = await simulatedSession();
    try {
      for (const kind of ['kv', 'doc']) {
        const { problem } = await alone.run(`${kind} get a/b`);
        assert.equal(problem, `there is no ${kind} here (no node of the tier ${kind}); spawn ${kind} orders one`);
      }
    } finally {
      await alone.close();
    }
  });
});
