/** Feeds from the prompt: what a user sees, what waits while a shard hangs, and what is mended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSession } from '../testing-session';

test('a feed is told of by its shard, falls behind, catches up, and is mended where it was damaged', async () => {
  const session = await simulatedSession({}, { stage: 'sharding', hosts: 3 });
  const text = async (line: string): Promise<string> => {
    const { text: shown, problem } = await session.run(line);
    return (problem ?? shown).replaceAll(/\s+/g, ' ');
  };
  try {
    assert.match(await text('feed 12'), /feed \d+ 1 \d+ join \d+ 4 \d+ the feed is what the join says/);
    assert.match(await text('feed'), /shard-4 0 - nothing waits/);
    assert.match(await text('feed repair 12'), /^1 feed compared with the join: all as they should be$/);
    // User 12 is in shard-1, whose copies hang: what user 42 in shard-3 posts cannot be told.
    await text('sql "INSERT OR IGNORE INTO follows (follower_id, followee_id) VALUES (12, 42)"');
    await text('run 1s');
    for (const copy of ['db-1', 'db-2', 'db-3']) await text(`pause ${copy}`);
    assert.match(await text('post /users/42/posts {"body":"is anybody there?"}'), /^201/);
    await text('run 5s');
    assert.match(await text('feed'), /shard-3 [1-9]\d* [\d.]+ s .* of feeds and the like on their way/);
    for (const copy of ['db-1', 'db-2', 'db-3']) await text(`resume ${copy}`);
    await text('run 10s');
    assert.match(await text('feed'), /nothing waits/);
    assert.match(await text('feed 12 --top 1'), /user 42 .* is anybody there\? .* the feed is what the join says/);
    const damage = [
      'DELETE FROM feed WHERE user_id = 12 AND author_id = 42',
      "INSERT INTO feed (user_id, post_id, author_id, posted_on, body) VALUES (12, 5000000, 9, '2026-01-01', 'not his')",
    ];
    for (const one of damage) await text(`sql "${one}"`);
    await text(`sql "UPDATE feed SET body = 'forged' WHERE user_id = 12"`);
    assert.match(await text('feed 12'), /[1-9]\d* missing, \d+ not as they are now, 1 too many/);
    assert.match(await text('feed repair 12'), /^1 feed compared with the join: [1-9]\d* mended/);
    await text('run 2s');
    assert.match(await text('feed 12'), /the feed is what the join says/);
    assert.match(await text('feed repair'), /^1,000 feeds compared with the join: all as they should be/);
    assert.match(await text('feed ada'), /'ada' is not the id of a user/);
    await text('stage load-balanced');
    for (const line of ['feed', 'feed 12', 'feed repair']) assert.match(await text(line), /nothing is sharded here/);
  } finally {
    await session.close();
  }
});
