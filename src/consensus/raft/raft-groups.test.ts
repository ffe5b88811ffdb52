/** Snapshots, membership, reads and transfer, by example. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RaftGroup } from '../../testing/raft-group';
import { blank } from './recover';

const three = ['a', 'b', 'c'];

function led(settings = {}): RaftGroup {
  const group = RaftGroup.of(three, settings);
  group.elect('a');
  return group;
}

function beat(group: RaftGroup, times = 4): void {
  for (let i = 0; i < times; i++) {
    group.tick('a', 250);
    group.deliver();
  }
}

describe('snapshots', () => {
  test('who lags below the log gets the snapshot in pieces, then what follows', () => {
    const group = led({ keptEntries: 0, pieceBytesMax: 4 });
    group.cutOff.add('c');
    for (let i = 0; i < 10; i++) group.propose('a', `${i}`);
    group.deliver();
    group.get('a').compact(9, Buffer.from('a state of 24 bytes long'));
    group.work('a');
    assert.equal(group.get('a').firstIndex, 10);
    group.cutOff.clear();
    beat(group);
    assert.equal(Buffer.from(group.get('c').snapshot.data).toString(), 'a state of 24 bytes long');
    assert.deepEqual(group.commands('c'), ['8', '9']);
  });

  test('the tail of the log stays, and so do a few entries below', () => {
    const group = led({ keptEntries: 3 });
    for (let i = 0; i < 10; i++) group.propose('a', `${i}`);
    group.deliver();
    group.get('b').compact(8, Buffer.from(''));
    assert.deepEqual([group.get('b').firstIndex, group.get('b').lastIndex], [6, 11]);
  });

  test('a snapshot of what is not applied is refused', () => {
    assert.throws(() => led().get('a').compact(5, Buffer.from('')), /entry 5 is not applied, only those to 1/);
  });
});

describe('membership', () => {
  test('a new server learns, catches up, and gets a vote', () => {
    const group = led();
    group.add('d', blank());
    assert.ok(group.get('a').changeMembers({ add: 'd', as: 'learner' }, group.nowMs).ok);
    group.work('a');
    group.deliver();
    assert.deepEqual(group.get('d').members.learners, ['d'], 'it hears of itself, also where nothing else is written');
    assert.ok(group.get('a').changeMembers({ add: 'd', as: 'voter' }, group.nowMs).ok);
    group.work('a');
    group.deliver();
    assert.deepEqual(group.get('d').members.voters, ['a', 'b', 'c', 'd']);
  });

  test('one change at a time', () => {
    const group = led();
    group.get('a').changeMembers({ remove: 'c' }, group.nowMs);
    const second = group.get('a').changeMembers({ remove: 'b' }, group.nowMs);
    assert.ok(!second.ok && /another change of the group is under way/.test(second.reason));
  });

  test('none before the leader has committed an entry of its own term', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    group.nowMs += 3_000;
    group.cutOff.clear();
    const b = group.get('b');
    b.tick(group.nowMs);
    for (const isTrial of [true, false]) {
      b.receive('c', { kind: 'raft.voted', term: 2, isTrial, granted: true }, group.nowMs);
      b.synced(b.take().written, group.nowMs);
    }
    assert.equal(b.roleName, 'leader');
    const change = b.changeMembers({ remove: 'c' }, group.nowMs);
    assert.ok(!change.ok && /has not committed an entry of its term/.test(change.reason));
  });

  test('a leader that removes itself goes once that is committed', () => {
    const group = led();
    group.get('a').changeMembers({ remove: 'a' }, group.nowMs);
    group.work('a');
    group.deliver();
    assert.equal(group.get('a').roleName, 'follower');
    assert.deepEqual(group.get('b').members.voters, ['b', 'c']);
    assert.equal(group.elect('b').roleName, 'leader');
  });

  for (const [change, reason] of [
    [{ remove: 'x' }, 'x is no member'],
    [{ add: 'b', as: 'voter' }, 'b is a voter already'],
    [{ add: 'x', as: 'voter' }, 'x is no learner yet: add it as one, so that it gets the log first'],
  ] as const) {
    test(reason, () => {
      const group = led();
      assert.deepEqual(group.get('a').changeMembers(change, group.nowMs), { ok: false, because: 'change', reason });
    });
  }
});

describe('reads', () => {
  test('a read waits until a majority has confirmed the leader', () => {
    const group = led();
    group.get('a').read(1, 'confirmed', group.nowMs);
    group.work('a');
    assert.deepEqual(group.reads, []);
    group.deliver();
    assert.deepEqual(group.reads, [{ at: 'a', id: 1, index: 1 }]);
  });

  test('a leader that was deposed without knowing it answers nothing', () => {
    const group = led();
    group.cutOff.add('a');
    group.elect('b');
    group.get('a').read(1, 'confirmed', group.nowMs);
    group.get('a').read(2, 'lease', group.nowMs);
    group.work('a');
    assert.deepEqual(group.reads, []);
    group.tick('a', 1_000);
    assert.deepEqual(
      group.reads.map(({ index }) => index),
      [undefined, undefined],
    );
  });

  test('a lease answers at once, until it runs out by the worst clocks', () => {
    const group = led({ electionTimeoutMs: 1_000, clockDriftMax: 0.1 });
    beat(group, 1);
    group.nowMs += 810;
    group.get('a').read(1, 'lease', group.nowMs);
    group.work('a');
    assert.equal(group.reads.length, 1);
    group.nowMs += 10;
    group.get('a').read(2, 'lease', group.nowMs);
    group.work('a');
    assert.equal(group.reads.length, 1);
  });

  test('after a transfer was begun there is no lease in this term', () => {
    const group = led();
    beat(group, 1);
    group.get('a').transfer('b', group.nowMs);
    group.get('a').read(1, 'lease', group.nowMs);
    assert.deepEqual(group.work('a').reads, []);
  });
});

describe('transfer', () => {
  test('the other leads at once, although everybody hears from the leader', () => {
    const group = led();
    group.get('a').transfer('b', group.nowMs);
    group.work('a');
    group.deliver();
    assert.deepEqual([group.get('b').roleName, group.get('b').term, group.get('a').leader], ['leader', 2, 'b']);
  });

  test('meanwhile nothing is proposed; if nothing comes of it, all stays as it is', () => {
    const group = led();
    group.cutOff.add('b');
    group.get('a').transfer('b', group.nowMs);
    const refused = group.propose('a', 'x');
    assert.ok(!refused.ok && refused.because === 'transferring');
    beat(group, 5);
    assert.ok(group.propose('a', 'x').ok);
  });
});
