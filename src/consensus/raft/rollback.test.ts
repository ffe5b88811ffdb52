/** A deposed primary that committed alone: what of it is lost, what is told of that, and how its state goes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftGroup } from '../../testing/raft-group';
import type { Write } from './outbox';
import { blank } from './recover';

const three = ['a', 'b', 'c'];

function of(copies: number, keptEntries = 100): RaftGroup {
  const group = new RaftGroup({ keptEntries }, { succession: 'appointed' });
  for (const id of three) group.add(id, blank({ voters: three, learners: [], copies }, Buffer.from('')));
  group.appoint('a', 1, three);
  write(group, 'a', 'shared 2', 'shared 3', 'shared 4');
  return group;
}

function write(group: RaftGroup, id: string, ...texts: readonly string[]): void {
  for (const text of texts) group.propose(id, text);
  group.deliver();
}

/** a commits 5 and 6 alone, b is promoted without it and commits something else. */
function forked(group: RaftGroup): void {
  group.cutOff.add('a');
  write(group, 'a', 'lost 5', 'lost 6');
  group.appoint('b', 2, ['b', 'c']);
  write(group, 'b', 'new 6', 'new 7', 'new 8');
  assert.deepEqual(group.commands('a').slice(-2), ['lost 5', 'lost 6']);
}

/** The deposed one is back. */
function healed(group: RaftGroup): void {
  group.cutOff.clear();
  group.written.splice(0);
  for (let i = 0; i < 4; i++) {
    group.tick('b', 250);
    group.deliver();
  }
}

function told(group: RaftGroup): Extract<Write, { what: 'truncate' }>[] {
  return group.written.flatMap(({ at, write }) => {
    return at === 'a' && write.what === 'truncate' && (write.dropped.length > 0 || write.unaccounted) ? [write] : [];
  });
}

const texts = ({ dropped }: Extract<Write, { what: 'truncate' }>): string[] =>
  dropped.map((entry) => (entry.what === 'command' ? Buffer.from(entry.command).toString() : entry.what));

const now = ['shared 2', 'shared 3', 'shared 4', 'new 6', 'new 7', 'new 8'];

test('the state goes back to its own snapshot and on from it; what is dropped comes with the cut', () => {
  const group = of(1);
  group.get('a').compact(3, Buffer.from('of a'));
  forked(group);
  healed(group);
  assert.deepEqual(group.commands('a'), now);
  const [cut, ...others] = told(group);
  assert.deepEqual(cut && [cut.from, texts(cut), cut.unaccounted], [5, ['lost 5', 'lost 6'], undefined]);
  assert.deepEqual(others, []);
});

test('if its own snapshot is of what was lost, it takes an older one of the leader; what that hid is told as a range', () => {
  const group = of(1, 0);
  forked(group);
  group.get('a').compact(5, Buffer.from('of a'));
  group.get('b').compact(2, Buffer.from('of b'));
  group.work('a');
  group.work('b');
  healed(group);
  assert.equal(Buffer.from(group.get('a').snapshot.data).toString(), 'of b');
  assert.deepEqual(group.commands('a'), now);
  const [cut, ...others] = told(group);
  assert.deepEqual(cut && [cut.from, texts(cut), cut.unaccounted], [5, ['lost 6'], { from: 5, to: 5 }]);
  assert.deepEqual(others, []);
});

test('if the leader has only a newer snapshot, the logs still tell where they part', () => {
  const group = of(1, 0);
  forked(group);
  group.get('b').compact(8, Buffer.from('of b'));
  group.work('b');
  healed(group);
  assert.equal(group.get('a').snapshot.index, 8);
  const [cut, ...others] = told(group);
  assert.deepEqual(cut && [cut.from, texts(cut), cut.unaccounted], [5, ['lost 5', 'lost 6'], undefined]);
  assert.deepEqual(others, []);
});

test('who only lags loses nothing', () => {
  const group = of(1, 0);
  group.cutOff.add('a');
  group.appoint('b', 2, ['b', 'c']);
  write(group, 'b', 'new 6', 'new 7');
  group.get('b').compact(7, Buffer.from('of b'));
  group.work('b');
  healed(group);
  assert.deepEqual([group.get('a').snapshot.index, told(group)], [7, []]);
});

test('with two copies only a leader that was forced upon the group takes anything back', () => {
  const group = of(2);
  group.cutOff.add('b');
  write(group, 'a', 'lost 5', 'lost 6');
  group.get('c').compact(6, Buffer.from('of c'));
  group.work('c');
  group.cutOff.clear();
  group.cutOff.add('a').add('c');
  group.post({ from: 'o', to: 'b', body: { kind: 'raft.promise', term: 2 } });
  group.post({ from: 'o', to: 'b', body: { kind: 'raft.appoint', term: 2, isForced: true } });
  healed(group);
  write(group, 'b', 'new 6', 'new 7', 'new 8');
  for (const id of three) assert.deepEqual(group.commands(id), now);
  const [cut] = told(group);
  assert.deepEqual(cut && [cut.from, texts(cut)], [5, ['lost 5', 'lost 6']]);
});

test('nothing of this with two copies: what is committed is committed for ever', () => {
  const group = of(2);
  group.get('c').receive('b', { kind: 'raft.heartbeat', term: 9, round: 1, saidAtMs: 0, commit: 0 }, 0);
  const append = { kind: 'raft.append', term: 9, previousIndex: 1, previousTerm: 1, commit: 0 } as const;
  const entries = [{ what: 'start', index: 2, term: 9 } as const];
  assert.throws(
    () => group.get('c').receive('b', { ...append, entries }, 0),
    /entry 2 is committed, and a leader of term 9/,
  );
});
