/** What a new life makes of what it finds, and what the log keeps of what it is given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Members } from '../../protocols/raft';
import { RaftGroup } from '../../testing/raft-group';
import { Outbox } from './outbox';
import { RaftLog } from './raft-log';
import { blank, recover } from './recover';

const members: Members = { voters: ['a', 'b', 'c'], learners: [], copies: 'majority' };
const nothing = new Uint8Array();
const entry = (index: number, term: number) => ({ what: 'command', index, term, command: nothing }) as const;
const snapshot = (index: number, term: number) => ({
  index,
  term,
  members,
  terms: [{ term, from: 1 }],
  data: nothing,
});

test('a log that reached the disk before its term did brings the term back', () => {
  assert.equal(recover({ ...blank(members), term: 1, entries: [entry(1, 3)] }).term, 3);
});

test('a log that contradicts the snapshot gives way, one that goes on from it stays', () => {
  const entries = [entry(1, 1), entry(2, 1), entry(3, 1)];
  assert.equal(recover({ ...blank(members), term: 2, snapshot: snapshot(2, 2), entries }).log.lastIndex, 2);
  assert.equal(recover({ ...blank(members), term: 2, snapshot: snapshot(2, 1), entries }).log.lastIndex, 3);
});

test('a snapshot from a leader keeps the tail that goes on from it', () => {
  const { log } = recover({ ...blank(members), term: 1, entries: [entry(1, 1), entry(2, 1), entry(3, 1)] });
  assert.deepEqual([log.install(snapshot(2, 1)), log.lastIndex], [true, 3]);
  assert.deepEqual([log.install(snapshot(3, 9)), log.lastIndex], [false, 3]);
});

test('a membership that is cut off falls back to the one before', () => {
  const log = new RaftLog(snapshot(0, 0));
  log.append({ what: 'members', index: 1, term: 1, members: { voters: ['a'], learners: [], copies: 'majority' } });
  log.truncateFrom(1);
  assert.deepEqual(log.membership.members, members);
});

test('what was cut off before it was synced is not durable afterwards', () => {
  const outbox = new Outbox(0);
  outbox.write({ what: 'append', entry: entry(1, 1) });
  outbox.write({ what: 'append', entry: entry(2, 1) });
  outbox.write({ what: 'truncate', from: 2, dropped: [] });
  outbox.settle(outbox.written);
  assert.equal(outbox.durableIndex, 1);
});

test('a new life helps nobody to lead for an election timeout: its former life may have promised that', () => {
  const group = new RaftGroup();
  group.add('a', blank(members));
  const vote = { kind: 'raft.vote', term: 1, lastIndex: 0, lastTerm: 0, isTrial: false, isTransfer: false } as const;
  group.get('a').receive('b', vote, 999);
  assert.equal(group.get('a').term, 0);
  group.get('a').receive('b', vote, 1_000);
  assert.equal(group.get('a').term, 1);
});

test('who is alone leads at once: as soon as its own vote is on disk', () => {
  const group = new RaftGroup();
  group.stuck.add('a');
  const a = group.add('a', blank({ voters: ['a'], learners: [] }));
  assert.deepEqual([a.roleName, a.term], ['candidate', 1]);
  a.synced(1, 0);
  assert.deepEqual([a.roleName, a.canReadNow(0)], ['leader', false]);
  a.synced(a.take().written, 0);
  assert.ok(a.canReadNow(0));
});

test('who was left alone only lately, and may have been promised to, waits as everybody does', () => {
  const group = new RaftGroup();
  const alone: Members = { voters: ['a'], learners: [], copies: 'majority' };
  const a = group.add('a', { ...blank(members), entries: [{ what: 'members', index: 1, term: 1, members: alone }] });
  assert.equal(a.roleName, 'follower');
  group.elect('a');
  assert.equal(a.roleName, 'leader');
});
