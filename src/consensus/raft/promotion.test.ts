/** Who may lead, by what was promised and reported. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Members, RaftPromised } from '../../protocols/raft';
import { judgePromotion } from './promotion';

const group = (copies: Members['copies'], voters = ['a', 'b', 'c']): Members => ({ voters, learners: [], copies });

function report(lastTerm: number, lastIndex: number, given: Partial<RaftPromised> = {}): RaftPromised {
  const members = group(2);
  const place = { membersIndex: 0, membersTerm: 0 };
  return { kind: 'raft.promised', term: 5, lastTerm, lastIndex, commitIndex: 0, members, ...place, ...given };
}

function judged(reports: Readonly<Record<string, RaftPromised>>, mayLose = false): string {
  const promotion = judgePromotion({ term: 5, reports: new Map(Object.entries(reports)), mayLose });
  return promotion.verdict === 'enough' ? promotion.leaders.join() : promotion.why;
}

test('the later last term decides, not the longer log; equals may lead all', () => {
  assert.equal(judged({ a: report(2, 90), b: report(3, 4) }), 'b');
  assert.equal(judged({ a: report(3, 4), b: report(3, 5) }), 'b');
  assert.equal(judged({ c: report(3, 5), b: report(3, 5) }), 'b,c');
});

test('three voters and two copies need two promises, of this very term', () => {
  const why = 'term 5 needs 2 promises of a, b, c, since 2 of them hold what is committed; 1 has promised, not b, c';
  assert.equal(judged({ a: report(1, 1) }), why);
  assert.equal(judged({ a: report(1, 1), b: report(1, 1, { term: 4 }) }), why);
  assert.equal(judged({}), 'nobody who belongs to a group has promised term 5 yet');
});

test('one copy needs all of them, or all but one where something may be lost', () => {
  const members = group(1);
  const some = { b: report(1, 7, { members }), c: report(1, 9, { members }) };
  assert.match(judged(some), /needs 3 promises/);
  assert.equal(judged(some, true), 'c');
  const promotion = judgePromotion({ term: 5, reports: new Map(Object.entries(some)), mayLose: true });
  assert.match((promotion.verdict === 'enough' && promotion.atRisk) || '', /what only a holds is lost/);
  assert.match(judged({ b: report(1, 7, { members }) }, true), /needs 3 promises/);
  assert.match(judged({ a: report(1, 1) }, true), /needs 2 promises/);
});

test('the newest members count, and those before as well until they are known to be committed', () => {
  const newer = { members: group(3), membersIndex: 8, membersTerm: 2 };
  const changing = { ...newer, previous: group(1) };
  assert.match(judged({ a: report(2, 8, changing), b: report(1, 9) }), /needs 3 promises of a, b, c, since 1/);
  assert.equal(judged({ a: report(2, 8, changing), b: report(2, 9, newer) }), 'b');
});

test('who learns without a vote tells who belongs to the group, but does not lead it', () => {
  const larger = { members: { ...group(2), learners: ['d'] }, membersIndex: 8, membersTerm: 2 };
  assert.equal(judged({ a: report(2, 8), b: report(1, 9), d: report(2, 99, larger) }), 'a');
  const smaller = { members: { ...group(2, ['a', 'b']), learners: ['d'] }, membersIndex: 8, membersTerm: 2 };
  const before = { ...smaller, previous: group(2) };
  assert.match(judged({ b: report(1, 4), d: report(2, 99, before) }), /needs 2 promises of a, b, c/);
  assert.equal(judged({ b: report(1, 4), c: report(1, 5), d: report(2, 99, before) }), 'c');
});

test('who was away for long cannot speak for a group that has changed since', () => {
  const before = { b: report(1, 4, { members: group(1, ['a', 'b']) }) };
  assert.equal(judged(before, true), 'b');
  const known = { members: group(2, ['a', 'b', 'd']), membersIndex: 9, membersTerm: 1 };
  const promotion = judgePromotion({ term: 5, reports: new Map(Object.entries(before)), mayLose: true, known });
  assert.match((promotion.verdict === 'waits' && promotion.why) || '', /needs 2 promises of a, b, d/);
});
