/** One example for each rule of Raft; what holds whatever happens is tried in props. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RaftGroup } from '../../testing/raft-group';
import { blank } from './recover';

const three = ['a', 'b', 'c'];
const entry = (index: number, term: number) => ({ what: 'command', index, term, command: Buffer.from('x') }) as const;
const vote = (term: number, lastIndex: number, lastTerm: number) => {
  return { kind: 'raft.vote', term, lastIndex, lastTerm, isTrial: false, isTransfer: false } as const;
};

describe('elections', () => {
  test('a server that hears nobody asks first, then is elected, and begins its term with an empty entry', () => {
    const group = RaftGroup.of(three);
    const a = group.elect('a');
    assert.deepEqual([a.roleName, a.term, a.commitIndex], ['leader', 1, 1]);
    assert.equal(group.get('b').leader, 'a');
    assert.equal(a.entryAt(1)?.what, 'start');
  });

  test('who gets no majority in a trial does not bump its term', () => {
    const group = RaftGroup.of(three);
    group.cutOff.add('a');
    for (let i = 0; i < 5; i++) group.elect('a');
    assert.deepEqual([group.get('a').roleName, group.get('a').term], ['candidate', 0]);
  });

  test('who heard from a leader lately helps nobody else, and its term stays', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    group.get('b').receive('c', vote(9, 9, 9), group.nowMs);
    group.work('b');
    assert.deepEqual(group.posted.pop()?.body, { kind: 'raft.voted', term: 1, isTrial: false, granted: false });
    assert.equal(group.get('b').term, 1);
  });

  test('the later last term wins, not the longer log', () => {
    const group = new RaftGroup();
    const members = { voters: three, learners: [] };
    group.add('a', { ...blank(members), term: 3, entries: [entry(1, 3)] });
    group.nowMs = 5_000;
    group.get('a').receive('b', vote(4, 7, 2), group.nowMs);
    group.get('a').receive('c', vote(4, 1, 3), group.nowMs);
    group.work('a');
    const granted = group.posted.flatMap(({ to, body }) => (body.kind === 'raft.voted' && body.granted ? [to] : []));
    assert.deepEqual(granted, ['c']);
  });

  test('a vote waits for the disk, and survives a restart', () => {
    const group = RaftGroup.of(three);
    group.stuck.add('a');
    group.nowMs = 5_000;
    group.get('a').receive('b', vote(1, 0, 0), group.nowMs);
    const { writes, written, letters } = group.work('a');
    assert.deepEqual(letters, []);
    assert.deepEqual(writes.at(-1), { what: 'state', term: 1, votedFor: 'b' });
    group.get('a').synced(written, group.nowMs);
    assert.equal(group.work('a').letters.length, 1);

    const again = new RaftGroup();
    again.add('a', { ...blank({ voters: three, learners: [] }), term: 1, votedFor: 'b' });
    again.nowMs = 5_000;
    again.get('a').receive('c', vote(1, 0, 0), again.nowMs);
    again.work('a');
    assert.deepEqual(again.posted[0]?.body, { kind: 'raft.voted', term: 1, isTrial: false, granted: false });
  });

  test('a leader that hears from no majority for an election timeout steps down', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    group.cutOff.add('a');
    group.tick('a', 1_001);
    assert.equal(group.get('a').roleName, 'follower');
  });
});

describe('the log', () => {
  test('what a majority has is applied everywhere, in order', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    for (const text of ['x', 'y', 'z']) group.propose('a', text);
    group.deliver();
    for (const id of three) assert.deepEqual(group.commands(id), ['x', 'y', 'z']);
  });

  test('an acknowledgement waits for the disk', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    group.stuck.add('b').add('c');
    group.propose('a', 'x');
    group.deliver();
    assert.deepEqual(group.commands('a'), []);
  });

  test("a leader's own disk may be the slow one", () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    group.stuck.add('a');
    group.propose('a', 'x');
    group.deliver();
    assert.deepEqual(group.commands('a'), ['x']);
  });

  test('a tail that nobody else has gives way to the leader, a term at a time', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    group.cutOff.add('a');
    for (let i = 0; i < 50; i++) group.propose('a', `lost ${i}`);
    group.deliver();
    group.elect('b');
    group.propose('b', 'kept');
    group.deliver();
    group.cutOff.clear();
    group.tick('b', 200);
    group.deliver();
    for (let i = 0; i < 3; i++) {
      group.tick('b', 200);
      group.deliver();
    }
    assert.deepEqual(group.commands('a'), ['kept']);
    assert.equal(group.get('a').lastIndex, group.get('b').lastIndex);
  });

  test('an entry of an older term is not committed by counting (figure 8)', () => {
    const members = { voters: three, learners: [] };
    const group = new RaftGroup({ batchEntriesMax: 1 });
    group.add('a', { ...blank(members), term: 2, entries: [entry(1, 2)] });
    group.add('b', blank(members));
    group.add('c', blank(members));
    const a = group.elect('a');
    assert.equal(a.commitIndex, 2);

    const cut = new RaftGroup({ batchEntriesMax: 1 });
    const leader = cut.add('a', { ...blank(members), term: 2, entries: [entry(1, 2)] });
    cut.nowMs = leader.wakeAtMs;
    leader.tick(cut.nowMs);
    leader.receive('b', { kind: 'raft.voted', term: 3, isTrial: true, granted: true }, cut.nowMs);
    cut.work('a');
    leader.receive('b', { kind: 'raft.voted', term: 3, isTrial: false, granted: true }, cut.nowMs);
    cut.work('a');
    leader.receive('b', { kind: 'raft.appended', term: 3, index: 1, sentAtMs: 0 }, cut.nowMs);
    assert.deepEqual([leader.roleName, leader.commitIndex], ['leader', 0]);
    leader.receive('b', { kind: 'raft.appended', term: 3, index: 2, sentAtMs: 0 }, cut.nowMs);
    assert.equal(leader.commitIndex, 2);
  });

  test('a proposal beyond the bound is refused, one to a follower names the leader', () => {
    const group = RaftGroup.of(three, { uncommittedMax: 2 });
    group.elect('a');
    group.cutOff.add('a');
    group.propose('a', '1');
    group.propose('a', '2');
    assert.deepEqual(group.propose('a', '3'), {
      ok: false,
      because: 'full',
      reason: '2 entries wait to be committed: try later',
    });
    assert.deepEqual(group.propose('b', '3'), { ok: false, because: 'not-leader', reason: 'a leads: ask it' });
  });

  test('messages are bounded, in entries and in how many are under way', () => {
    const group = RaftGroup.of(three, { batchEntriesMax: 2, inFlightMax: 3 });
    group.elect('a');
    group.cutOff.add('b').add('c');
    for (let i = 0; i < 20; i++) group.propose('a', `${i}`);
    const sizes = group.posted.flatMap(({ to, body }) =>
      to === 'b' && body.kind === 'raft.append' ? [body.entries.length] : [],
    );
    assert.equal(sizes.length, 3);
    assert.ok(sizes.every((size) => size <= 2));
  });
});
