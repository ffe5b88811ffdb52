/** A group whose leader observers appoint: promises, appointments, and how many copies an entry needs. */
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

describe('promise and appointment', () => {
  test('nobody stands for election, and whoever is appointed leads', () => {
    const group = of(2);
    assert.equal(group.get('a').wakeAtMs, Number.POSITIVE_INFINITY);
    const a = group.appoint('a', 7, three);
    assert.deepEqual([a.roleName, a.term, a.commitIndex, group.get('b').leader], ['leader', 7, 1, 'a']);
  });

  test('the report follows the promise, when that is on disk', () => {
    const group = of(2);
    group.stuck.add('b');
    group.get('b').receive('o', { kind: 'raft.promise', term: 3 }, 0);
    const { writes, written, letters } = group.work('b');
    assert.deepEqual([writes.at(-1), letters], [{ what: 'state', term: 3, votedFor: 'o' }, []]);
    group.get('b').synced(written, 0);
    const [answer] = group.work('b').letters;
    assert.deepEqual(answer?.body, {
      kind: 'raft.promised',
      term: 3,
      lastIndex: 0,
      lastTerm: 0,
      commitIndex: 0,
      members: { voters: three, learners: [], copies: 2 },
      membersIndex: 0,
      membersTerm: 0,
    });
  });

  test('who has promised takes nothing of an older term, and a deposed leader steps down', () => {
    const group = of(2);
    group.appoint('a', 1, three);
    group.appoint('b', 2, ['b', 'c']);
    assert.deepEqual(
      [group.get('b').roleName, group.get('a').roleName, group.get('a').leader],
      ['leader', 'follower', 'b'],
    );
    group.post({ from: 'o', to: 'c', body: { kind: 'raft.promise', term: 1 } });
    assert.deepEqual(group.delivered.at(-1)?.body, { kind: 'raft.outdated', term: 2 });
  });

  test('a term is promised to one observer only, and again to that one; whoever of them appoints', () => {
    const group = of(2);
    for (const from of ['o', 'o', 'p']) group.post({ from, to: 'a', body: { kind: 'raft.promise', term: 4 } });
    const kinds = group.delivered.map(({ to, body }) => `${to} ${body.kind}`);
    assert.deepEqual(kinds, ['o raft.promised', 'o raft.promised', 'p raft.outdated']);
    group.post({ from: 'p', to: 'a', body: { kind: 'raft.appoint', term: 4 } });
    assert.equal(group.get('a').roleName, 'leader');
  });

  test('an appointment that was not promised leads nowhere', () => {
    const group = of(2);
    group.post({ from: 'o', to: 'a', body: { kind: 'raft.appoint', term: 4 } });
    assert.equal(group.get('a').roleName, 'follower');
    assert.deepEqual(group.delivered.at(-1)?.body, { kind: 'raft.outdated', term: 0 });
  });

  test('a new life does not take an old appointment for another reign of the same term', () => {
    const group = of(2);
    group.add('a', { ...blank({ voters: three, learners: [], copies: 2 }), term: 5, votedFor: 'a' });
    group.post({ from: 'o', to: 'a', body: { kind: 'raft.appoint', term: 5 } });
    assert.equal(group.get('a').roleName, 'follower');
  });

  test('nobody is elected, whoever asks for votes', () => {
    const group = of(2);
    group.appoint('a', 1, three);
    const vote = { kind: 'raft.vote', term: 9, lastIndex: 9, lastTerm: 9, isTrial: false, isTransfer: true } as const;
    group.post({ from: 'c', to: 'b', body: vote });
    assert.equal(group.get('b').term, 1);
  });

  test('who is to take over is let catch up first, and then is among those that may be appointed', () => {
    const group = of(2);
    group.appoint('a', 1, three);
    group.propose('a', 'x');
    assert.equal(group.get('a').transfer('b', 0), undefined);
    const refused = group.propose('a', 'y');
    assert.ok(!refused.ok && refused.because === 'transferring');
    group.deliver();
    assert.deepEqual([group.get('a').progress.get('b')?.match, group.get('b').term], [group.get('a').lastIndex, 1]);
    group.tick('a', 1_001);
    assert.ok(group.propose('a', 'y').ok);
  });

  test('a leader that hears nobody leads on, and commits nothing', () => {
    const group = of(2);
    group.appoint('a', 1, three);
    group.cutOff.add('a');
    group.tick('a', 100_000);
    group.propose('a', 'x');
    group.deliver();
    assert.deepEqual([group.get('a').roleName, group.commands('a')], ['leader', []]);
  });

  test('who is alone leads at once, unless it has observers', () => {
    for (const [observed, role] of [
      [false, 'leader'],
      [true, 'follower'],
    ] as const) {
      const group = new RaftGroup({}, { succession: 'appointed', observed });
      assert.equal(group.add('a', blank({ voters: ['a'], learners: [] })).roleName, role);
    }
  });
});

describe('copies', () => {
  test("the leader's own copy is always one of them, unless a majority is asked for", () => {
    for (const [copies, applied] of [
      [2, []],
      ['majority', ['x']],
    ] as const) {
      const group = of(copies);
      group.appoint('a', 1, three);
      group.stuck.add('a');
      group.propose('a', 'x');
      group.deliver();
      assert.deepEqual(group.commands('a'), applied);
    }
  });

  test('one is enough where one is asked for, and three are needed where three are', () => {
    const lonely = of(1);
    lonely.appoint('a', 1);
    lonely.cutOff.add('b').add('c');
    lonely.propose('a', 'x');
    assert.deepEqual(lonely.commands('a'), ['x']);
    const careful = of(3);
    careful.appoint('a', 1);
    careful.cutOff.add('b');
    careful.propose('a', 'x');
    careful.deliver();
    assert.deepEqual(careful.commands('a'), []);
  });

  test('less takes effect once enough by the old rule know of it, more at once', () => {
    const group = of(2);
    group.appoint('a', 1, three);
    group.cutOff.add('a');
    assert.ok(group.get('a').changeMembers({ copies: 1 }, 0).ok);
    group.propose('a', 'x');
    group.deliver();
    assert.deepEqual(group.commands('a'), []);
    group.cutOff.clear();
    for (let i = 0; i < 3; i++) {
      group.tick('a', 250);
      group.deliver();
    }
    assert.deepEqual(group.commands('a'), ['x']);
    group.cutOff.add('a');
    group.propose('a', 'y');
    assert.deepEqual(group.commands('a'), ['x', 'y']);
    assert.ok(group.get('a').changeMembers({ copies: 2 }, 0).ok);
    group.propose('a', 'z');
    assert.deepEqual(group.commands('a'), ['x', 'y']);
  });

  for (const [change, reason] of [
    [{ copies: 4 }, 'quorum larger than the cluster: 4 copies, but 3 voters'],
    [{ copies: 3 }, 'copies are 3 already'],
    [{ copies: 0 }, '0 copies make no sense'],
    [{ remove: 'b' }, 'quorum larger than the cluster: 3 copies, but 2 voters without b'],
    [{ remove: 'a' }, 'a leads: let another be appointed first'],
  ] as const) {
    test(reason, () => {
      const group = of(3);
      group.appoint('a', 1, three);
      assert.deepEqual(group.get('a').changeMembers(change, 0), { ok: false, because: 'change', reason });
    });
  }

  test('a group that elects its leader keeps a majority', () => {
    const group = RaftGroup.of(three);
    group.elect('a');
    const taken = group.get('a').changeMembers({ copies: 2 }, group.nowMs);
    assert.ok(!taken.ok && /keeps a majority/.test(taken.reason));
  });
});
