import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

let session: Session;
before(async () => {
  session = await simulatedSession();
});
after(() => session.close());

describe('compare keys', () => {
  test('shows good and bad keys side by side, and says why', async () => {
    const { text = '' } = await session.run('compare keys users.id users.state posts.author');
    const line = (key: string): string => text.split('\n').find((one) => one.startsWith(key)) ?? '';
    assert.match(line('users.id'), /1,000 .*good$/);
    assert.match(line('users.state'), /10 .*<\.001.*bad$/);
    assert.match(line('posts.author'), /good$/);
    assert.match(text, /users\.state: only 10 values/);
    assert.ok(
      text.split('\n').every((one) => one.length <= 80),
      text,
    );
  });

  test('counts every row once, however many pages of values there are, and rows without a value apart', async () => {
    await session.run('sql "UPDATE photos SET post_id = NULL WHERE id <= 10"');
    const { value } = await session.run('compare keys photos.post_id users.id --shards 3 --method modulo');
    const [photos, users] = resultsIn(value);
    assert.deepEqual([photos?.without, photos?.quality.rows], [10, 240]);
    assert.deepEqual(
      users?.quality.shards.map(({ rows }) => rows),
      [333, 334, 333],
    );
  });

  test('refuses what is no column, no table and no method with what there is', async () => {
    const problem = async (line: string) => (await session.run(line)).problem ?? '';
    assert.match(await problem('compare keys users'), /write <table>\.<column>/);
    assert.match(await problem('compare keys users.nope'), /no such column: nope/);
    assert.match(await problem('compare keys nope.id'), /no such table: nope/);
    assert.match(await problem('compare keys users.id --method nope'), /modulo, ring, jump, rendezvous/);
    assert.match(await problem('compare keys users.id --users 3'), /--users is not for compare keys/);
    assert.match(await problem('compare replication --shards 3'), /--shards is not for compare replication/);
  });
});

interface Result {
  readonly without: number;
  readonly quality: { readonly rows: number; readonly shards: readonly { readonly rows: number }[] };
}

function resultsIn(value: unknown): readonly Result[] {
  return typeof value === 'object' && value !== null && 'results' in value && Array.isArray(value.results)
    ? value.results
    : [];
}
