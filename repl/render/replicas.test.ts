import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { Copy, Replicas, Watcher } from '../../src/world/replicas';
import { lines } from './fixtures';
import { lag } from './lag';
import { gapText, replicas } from './replicas';

type Standing = NonNullable<Copy['standing']>;

function copy(number: number, given: Partial<Copy> & { readonly of?: Partial<Standing> } = {}): Copy {
  const { of, ...more } = given;
  const standing: Standing = {
    role: 'replica',
    term: 3,
    lastIndex: 1_043,
    committed: 1_043,
    applied: 1_043,
    copies: 2,
    mode: 'semi-sync 1',
    members: { voters: ['db-1', 'db-2', 'db-3'], learners: [] },
    followers: [],
    tails: [],
    ...of,
  };
  return { node: `db-${number}`, box: `box-db-${number}`, host: number, state: 'running', standing, ...more };
}

function watcher(number: number, view: Partial<NonNullable<Watcher['view']>> = {}): Watcher {
  const node = `observer-${number}`;
  return { node, state: 'running', view: { term: 3, primary: 'db-2', decides: 'observer-2', missing: [], ...view } };
}

const { standing: _none, ...dead } = copy(1, {
  state: 'dead',
  reason: 'box-db-1 is off',
  behindEntries: 12,
  behindMs: 2_300,
});
const group: Replicas = {
  primary: 'db-2',
  copies: [dead, copy(2, { of: { role: 'primary' } }), copy(3, { behindEntries: 0, behindMs: 0 })],
  observers: [watcher(1), watcher(2), watcher(3)],
};

test('a line per copy, who leads, when a write counts, who decides', () => {
  assert.equal(
    replicas(group, plain),
    lines(
      'copy  box       host  role     term   log  applied     behind  mode',
      'db-1  box-db-1     1  dead        -     -        -  12, 2.3 s  -',
      'db-2  box-db-2     2  primary     3  1043     1043          -  semi-sync 1',
      'db-3  box-db-3     3  replica     3  1043     1043    nothing  semi-sync 1',
      'db-1 is dead: box-db-1 is off',
      'db-2 leads in term 3; a write is acknowledged once 2 of 3 copies have it on disk',
      '(semi-sync 1)',
      'observers: observer-2 decides; term 3, primary db-2',
    ),
  );
});

test('what a new primary has not heard of yet is unknown', () => {
  const unheard = { ...group, copies: [copy(1, { behindMs: 40 }), ...group.copies.slice(1)] };
  assert.match(replicas(unheard, plain), /\ndb-1 .* unknown {2}semi-sync 1\n/);
  assert.match(lag(unheard, [], plain), /\ndb-1 +replica +unknown +40 ms\n/);
});

test('what is under way, who sees it differently, who is silent', () => {
  const observers = [
    watcher(1, { term: 2, primary: 'db-1' }),
    watcher(2, { term: 4, underWay: 'term 4: 1 of 2 promises' }),
    { node: 'observer-3', state: 'dead' } as const,
  ];
  const text = replicas({ ...group, observers }, plain);
  assert.match(text, /\nobservers: observer-2 decides; term 4, primary db-2\nunder way: term 4: 1 of 2 promises\n/);
  assert.match(text, /observer-3 is dead; observer-1 knows of term 2, primary db-1$/);
  const none = [watcher(1)].map(({ view, ...one }) => ({ ...one, view: { term: 3, missing: view?.missing ?? [] } }));
  const gone = [watcher(1), { node: 'observer-2', state: 'dead' } as const];
  assert.match(replicas({ ...group, observers: gone }, plain), /no observer decides now/);
  assert.match(replicas({ ...group, observers: none }, plain), /no observer decides now .*primary nobody\syet/);
});

test('a deposed primary that does not know it, and a group without any', () => {
  const deposed = { ...group, copies: [copy(1, { of: { role: 'primary', term: 2 } }), ...group.copies.slice(1)] };
  assert.match(replicas(deposed, plain), /db-1 still takes itself for the primary, of term 2: that is over/);
  assert.match(replicas({ ...group, primary: 'db-9' }, plain), /nobody leads: no write can be done now/);
});

test('writes that wait for recovery, and those that nobody has', () => {
  const tails = [{ term: 1, from: 44, to: 46, writes: 3 }];
  const kept = { ...group, copies: [copy(1, { of: { tails } }), ...group.copies.slice(1)] };
  assert.match(replicas(kept, plain), /db-1 keeps 3 writes that the others decided without: recover db-1/);
  const missing = [{ primary: 'db-1', term: 1, from: 44, to: 46, acknowledgedTo: 45 }];
  const lost = { ...group, observers: [watcher(1, { missing }), watcher(2, { missing })] };
  const text = replicas(lost, plain).replaceAll('\n', ' ');
  const told = 'entries 44 to 46 of db-1 (term 1, acknowledged up to 45) are in no other log: recover db-1';
  assert.equal(text.split(told).length, 2, 'told once, whoever else knows it');
  const back = { ...lost, copies: [copy(1), ...group.copies.slice(1)] };
  assert.ok(!replicas(back, plain).includes('no other log'));
  const silent = { primary: 'db-1', term: 1, from: 44, acknowledgedTo: 43, isOpen: true };
  assert.match(gapText({ ...silent, to: 46 }), /^entries 44 to 46 of db-1 \(term 1\), and perhaps more, are in no/);
  assert.match(gapText({ ...silent, to: 43 }), /^what db-1 wrote from entry 44 on \(term 1\), if anything, is in no/);
});

test('nothing is wider than the screen, and the least important columns go first', () => {
  const long = copy(4, {
    node: 'a-database-with-a-name',
    box: 'a-box-with-a-long-name',
    behindEntries: 1_234_567,
    behindMs: 1e6,
  });
  const text = replicas({ ...group, copies: [...group.copies, long] }, plain);
  for (const line of text.split('\n')) assert.ok(width(line) <= 80, line);
  assert.match(text, /^copy +role +term/);
});

test('lag: entries, time, and a trend where there were several looks', () => {
  const now = [
    new Map([
      ['db-1', 12],
      ['db-3', 0],
    ]),
  ];
  assert.equal(
    lag(group, now, plain),
    lines(
      'copy  role     entries   time',
      'db-1  dead          12  2.3 s',
      'db-3  replica        0   0 µs',
      'db-2 leads in term 3, its log ends at 1043',
    ),
  );
  const history = [
    new Map([['db-1', 0]]),
    new Map([
      ['db-1', 6],
      ['db-3', 1],
    ]),
    ...now,
  ];
  assert.match(lag(group, history, plain), /up to 12\ndb-1 .* ▁▅█\ndb-3 .* {2} ▂▁\n/);
  assert.equal(lag({ copies: [], observers: [] }, [], plain), 'there is no database here');
});
