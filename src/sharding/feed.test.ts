/** What a feed has to hold, on small ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeedRow, feedGaps, feedPosts, feedRows, mendOf } from './feed';

const row = (post: number, author = 7, body = `post ${post}`): FeedRow => {
  return { post, author, postedOn: '2026-02-03', body };
};
const newest = (count: number, author = 7): FeedRow[] =>
  Array.from({ length: count }, (_, at) => row(100 - at, author));

test('the newest of each author have to be in it, older ones may be', () => {
  const join = newest(feedPosts + 5);
  assert.deepEqual(feedGaps(1, join, join), []);
  assert.deepEqual(feedGaps(1, join, newest(feedPosts)), []);
  assert.deepEqual(feedGaps(1, join, [...newest(feedPosts), row(100 - feedPosts - 2)]), []);
  const short = newest(feedPosts - 1);
  assert.deepEqual(feedGaps(1, join, short), [{ what: 'missing', user: 1, post: 101 - feedPosts, author: 7 }]);
  const two = [row(200, 8), ...join];
  assert.deepEqual(feedGaps(1, two, newest(feedPosts)), [{ what: 'missing', user: 1, post: 200, author: 8 }]);
});

test('what is there has to be as it is now, and to be there at all', () => {
  const join = [row(3), row(2), row(1)];
  assert.deepEqual(feedGaps(1, join, [row(3), row(2, 7, 'old'), row(1)]), [
    { what: 'stale', user: 1, post: 2, author: 7 },
  ]);
  assert.deepEqual(feedGaps(1, join, [row(9, 5), ...join]), [{ what: 'extra', user: 1, post: 9, author: 5 }]);
});

test('what is missing is told by who has it, what is too much is taken away where it is', () => {
  assert.deepEqual(mendOf({ what: 'missing', user: 1, post: 2, author: 7 }).parameters, [7, 2]);
  assert.deepEqual(mendOf({ what: 'extra', user: 1, post: 2, author: 7 }).parameters, [1, 2]);
  assert.deepEqual(feedRows([[2, 7, '2026-02-03', 'post 2']]), [row(2)]);
});
