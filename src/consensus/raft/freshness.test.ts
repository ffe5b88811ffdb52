/** What a lease from outside is good for, and how a follower knows how fresh it is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RaftGroup } from '../../testing/raft-group';
import { blank } from './recover';

const three = ['a', 'b', 'c'];

function of(copies: number | 'majority', observed = false): RaftGroup {
  const group = new RaftGroup({}, { succession: 'appointed', observed });
  for (const id of three) group.add(id, blank({ voters: three, learners: [], copies }));
  return group;
}

describe('the lease', () => {
  test('with observers one copy counts only as long as they lend a lease', () => {
    const group = of(1, true);
    const a = group.appoint('a', 1);
    group.propose('a', 'x');
    assert.deepEqual([group.commands('a'), a.canReadNow(0)], [[], false]);
    a.holdLease(1, 100, 0);
    group.work('a');
    assert.deepEqual([group.commands('a'), a.canReadNow(99), a.canReadNow(100)], [['x'], true, false]);
    group.nowMs = 100;
    group.propose('a', 'y');
    assert.deepEqual([group.commands('a'), a.roleName], [['x'], 'leader']);
    a.holdLease(2, 900, 100);
    assert.equal(a.canReadNow(100), false);
  });

  test('with more copies it only serves reads: without it the others are asked', () => {
    const group = of(2, true);
    const a = group.appoint('a', 1, three);
    group.propose('a', 'x');
    group.deliver();
    assert.deepEqual(group.commands('a'), ['x']);
    a.read(1, 'lease', 0);
    group.work('a');
    assert.deepEqual(group.reads, []);
    group.deliver();
    assert.deepEqual(group.reads, [{ at: 'a', id: 1, index: 2 }]);
  });
});

describe('freshness', () => {
  const beat = (group: RaftGroup, times = 1): void => {
    for (let i = 0; i < times; i++) {
      group.tick('a', 100);
      group.deliver();
    }
  };

  test('a follower knows at which moment there was nothing newer, once others have confirmed the leader', () => {
    const group = of(2);
    group.appoint('a', 1, three);
    assert.equal(group.get('b').provenAtMs, Number.NEGATIVE_INFINITY);
    beat(group, 3);
    const provenAtMs = group.get('b').provenAtMs;
    assert.ok(provenAtMs >= 0 && provenAtMs <= group.nowMs - 100, `${provenAtMs} of ${group.nowMs}`);
    beat(group, 3);
    assert.equal(group.get('b').provenAtMs, provenAtMs + 300);
  });

  test('a lease confirms at once', () => {
    const group = of(2, true);
    group.appoint('a', 1, three).holdLease(1, 10_000, 0);
    beat(group, 2);
    assert.equal(group.get('b').provenAtMs, group.nowMs - 100);
  });

  test('a leader that nobody confirms proves nothing', () => {
    const group = of(3);
    group.appoint('a', 1, three);
    beat(group, 3);
    const { provenAtMs } = group.get('b');
    group.cutOff.add('c');
    beat(group, 9);
    assert.ok(group.get('b').provenAtMs <= provenAtMs + 200);
  });

  test('a follower that has not applied as much is not as fresh', () => {
    const group = of(1);
    group.appoint('a', 1, three);
    beat(group, 2);
    const { provenAtMs } = group.get('b');
    group.propose('a', 'x');
    group.posted.splice(0);
    group.get('b').receive(
      'a',
      {
        kind: 'raft.heartbeat',
        term: 1,
        round: 9,
        saidAtMs: 0,
        commit: 1,
        proof: { atMs: provenAtMs + 1, commit: 2 },
      },
      group.nowMs,
    );
    assert.equal(group.get('b').provenAtMs, provenAtMs);
  });

  test('what comes back from an earlier life proves nothing', () => {
    const group = of(1);
    group.nowMs = 500;
    group.add('b', blank({ voters: three, learners: [], copies: 1 }));
    const proof = { atMs: 400, commit: 0 };
    const heartbeat = { kind: 'raft.heartbeat', term: 1, round: 1, saidAtMs: 0, commit: 0, proof } as const;
    group.get('b').receive('a', heartbeat, 600);
    assert.equal(group.get('b').provenAtMs, Number.NEGATIVE_INFINITY);
  });
});
