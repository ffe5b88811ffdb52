import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { faults } from '../../faults/catalogue';
import { Mail } from '../../kernel/envelope';
import type { WorldEvent } from '../../kernel/events';
import { Digest } from './digest';
import { Trial } from './trial';

function hashAll(events: readonly WorldEvent[]): string {
  const digest = new Digest();
  for (const event of events) digest.add(event);
  return digest.hex();
}

const hash = (event: WorldEvent): string => hashAll([event]);

const said = (value: unknown): WorldEvent => ({
  type: 'operation',
  atUs: 1,
  node: 'a',
  operation: { process: 'p', phase: 'ok', f: 'read', value },
});

function mail(over: Partial<Mail> = {}): Mail {
  const { to = 'b', id = 1, re, answers, budgetMs, datagram = false, body = { kind: 'x' } } = over;
  const made = new Mail(to, id, re, answers, budgetMs, datagram, body);
  made.from = over.from ?? 'a';
  made.incarnation = over.incarnation ?? 1;
  made.cause = over.cause;
  return made;
}
type MailEvent = 'sent' | 'delivered' | 'handled';
const event = (type: MailEvent, envelope: Mail, atUs = 5, node = 'a'): WorldEvent => ({ type, atUs, node, envelope });

test('values that are easily taken for each other', () => {
  const values = [
    ['ab'],
    ['a', 'b'],
    ['a', ['b']],
    [['a'], 'b'],
    { a: 'b' },
    { a: { b: 1 } },
    { a: {}, b: 1 },
    '1',
    1,
    1n,
    '1n',
    true,
    'true',
    null,
    undefined,
    Number.NaN,
    0,
    -0,
    '',
    [],
    {},
    [''],
    '\ud800',
    '\ufffd',
    'a\0',
    'a',
    new Uint8Array([1]),
    new Uint8Array([1, 0]),
    [1],
    { kind: 'a' },
    { kind: ['a'] },
    { kinds: 'a' },
    'kind',
    'x'.repeat(20_000),
    'x'.repeat(20_001),
    'x'.repeat(100_000),
    `${'x'.repeat(99_999)}y`,
  ];
  assert.equal(new Set(values.map((value) => hash(said(value)))).size, values.length);
});

test('two values have one hash only if they are the same', () => {
  const value = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
  fc.assert(
    fc.property(value, value, (one, two) => {
      const text = JSON.stringify(one) === JSON.stringify(two);
      const same = text && isDeepStrictEqual(one, two);
      assert.equal(hash(said(one)) === hash(said(two)), same);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('every part of an envelope counts when it is sent', () => {
  const variants = [
    mail(),
    mail({ from: 'c' }),
    mail({ incarnation: 2 }),
    mail({ id: 2 }),
    mail({ to: 'c' }),
    mail({ re: 0 }),
    mail({ re: -1 }),
    mail({ re: 0, answers: 0 }),
    mail({ re: 0, answers: -1 }),
    mail({ budgetMs: 0 }),
    mail({ budgetMs: -1 }),
    mail({ datagram: true }),
    mail({ body: { kind: 'y' } }),
    mail({ cause: { from: 'a', incarnation: 0, id: 0 } }),
    mail({ cause: { from: 'b', incarnation: 0, id: 0 } }),
    mail({ cause: { from: 'a', incarnation: 1, id: 0 } }),
    mail({ cause: { from: 'a', incarnation: 0, id: 1 } }),
  ];
  const hashes = variants.map((variant) => hash(event('sent', variant)));
  assert.equal(
    new Set([...hashes, hash(event('sent', mail(), 6)), hash(event('sent', mail(), 5, 'z'))]).size,
    variants.length + 2,
  );
  const drop = (reason: string): string => hash({ type: 'dropped', atUs: 5, node: 'a', envelope: mail(), reason });
  assert.notEqual(drop('one'), drop('two'));
});

test('arrivals are told apart by who, where, when and what of it', () => {
  const variants = [
    event('delivered', mail()),
    event('handled', mail()),
    event('delivered', mail({ id: 2 })),
    event('delivered', mail({ incarnation: 2 })),
    event('delivered', mail({ from: 'c' })),
    event('delivered', mail(), 6),
    event('delivered', mail(), 5, 'z'),
  ];
  assert.equal(new Set(variants.map((one) => hash(one))).size, variants.length);
});

test('what the network itself said is told whole: it was never sent', () => {
  const refusal = (reason: string): WorldEvent =>
    event('delivered', mail({ incarnation: 0, id: 0, body: { kind: 'refused', reason } as { kind: string } }));
  assert.notEqual(hash(refusal('down')), hash(refusal('overloaded')));
});

test('asking does not change it, and it does not depend on where blocks end or names run out', () => {
  const events = Array.from({ length: 70_000 }, (_, i) => event('sent', mail({ to: `node-${i}` }), i));
  const digest = new Digest();
  for (const [i, one] of events.entries()) {
    digest.add(one);
    if (i % 10_000 === 0) digest.hex();
  }
  assert.equal(digest.hex(), hashAll(events));
  assert.equal(digest.count, events.length);
  const altered = [...events];
  altered[69_999] = event('sent', mail({ to: 'node-69998' }), 69_999);
  assert.notEqual(hashAll(altered), digest.hex());
});

test('the same run has the same hash, and another seed another one where chance was drawn', () => {
  const run = (seed: number, share: number): string | undefined => {
    const trial = new Trial({ seed, faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
    trial.fault({ kind: 'drop', from: 'peer-1', to: 'peer-2', share });
    trial.talk('peer-1', 'peer-2', [1, 2, 3, 4, 5, 6, 7, 8, 9], { datagram: true });
    return trial.runtime.hash();
  };
  assert.equal(run(1, 0.5), run(1, 0.5));
  assert.notEqual(run(1, 0.5), run(2, 0.5));
  assert.notEqual(run(1, 0.5), run(1, 0.6));
});
