/**
 * What keeps the feed equal to the join that it stands for, and what belongs to a user in step with the user: triggers that
 * write, in the same transaction, what has to be done on other shards into an outbox. All of it may be done twice.
 *
 * A row of the outbox lies under the key that it comes from, and moves with it: what comes from one unit is told in its
 * order. So all that goes to followers lies in one unit, whichever post it is about: to forget an author before the last
 * post is told would be wrong for good. The first parameter of a statement is the key that it goes to. With a `source` the statement is done for each row
 * that this query finds when it is told, behind the parameters that are known already. What a feed has to hold at rest is
 * said by `src/sharding/feed.ts`.
 */
import { feedPosts } from '../../sharding/feed';

const tell = 'INSERT OR REPLACE INTO feed (user_id, post_id, author_id, posted_on, body) VALUES (?, ?, ?, ?, ?)';
const forget = 'DELETE FROM feed WHERE user_id = ? AND post_id = ?';
const forgetAuthor = 'DELETE FROM feed WHERE user_id = ? AND author_id = ?';
const announce = 'INSERT OR REPLACE INTO announcements (author_id, post_id, posted_on, body) VALUES (?, ?, ?, ?)';
const keepPhoto = 'INSERT OR IGNORE INTO photos (user_id, id, post_id, path, bytes) VALUES (?, ?, NULL, ?, ?)';
const columns = 'id, user_id, posted_on, body';
const lastOfFeed = `SELECT ${columns} FROM posts WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ${feedPosts - 1}`;
const newestPosts = `SELECT id, user_id, posted_on, body FROM posts WHERE user_id = ? ORDER BY id DESC LIMIT ${feedPosts}`;

const into = 'INSERT INTO outbox (key, part, statement, parameters)';
const intoWithSource = 'INSERT INTO outbox (key, statement, parameters, source, source_parameters)';

/** Nothing fires while rows move to another shard: they are what they were. */
const live = 'WHEN shard_is_live()';

/** What is done elsewhere for each row of a user that lies elsewhere. */
const followers: readonly [source: string, statement: string] = [
  'SELECT followee_id, follower_id FROM follows WHERE follower_id = ?',
  'DELETE FROM follows WHERE followee_id = ? AND follower_id = ?',
];
const spread: readonly (readonly [source: string, statement: string])[] = [
  [
    'SELECT user_id, post_id, id FROM photos WHERE user_id = ? AND post_id IS NOT NULL',
    'DELETE FROM photos WHERE user_id = ? AND post_id = ? AND id = ?',
  ],
  ['SELECT user_id, id FROM posts WHERE user_id = ?', 'DELETE FROM posts WHERE user_id = ? AND id = ?'],
  [
    'SELECT user_id, part, name FROM counters WHERE user_id = ?',
    'DELETE FROM counters WHERE user_id = ? AND part = ? AND name = ?',
  ],
];

export const feedTriggers: readonly string[] = [
  ...(['INSERT', 'UPDATE OF body, posted_on'] as const).map(
    (event) => `CREATE TRIGGER posts_feed_${event.slice(0, 6).toLowerCase()} AFTER ${event} ON posts ${live} BEGIN
      ${into} SELECT NEW.user_id, NULL, ${text(tell)},
          json_array(follower_id, NEW.id, NEW.user_id, NEW.posted_on, NEW.body)
        FROM follows WHERE followee_id = NEW.user_id AND NOT shard_spreads(NEW.user_id);
      ${into} SELECT NEW.user_id, NEW.id, ${text(announce)},
          json_array(NEW.user_id, NEW.id, NEW.posted_on, NEW.body)
        WHERE shard_spreads(NEW.user_id);
    END`,
  ),
  `CREATE TRIGGER posts_feed_delete AFTER DELETE ON posts ${live} BEGIN
    ${into} SELECT OLD.user_id, NULL, ${text(forget)}, json_array(follower_id, OLD.id)
      FROM follows WHERE followee_id = OLD.user_id AND NOT shard_spreads(OLD.user_id);
    -- Another one is among the newest now.
    ${into} SELECT OLD.user_id, NULL, ${text(tell)}, json_array(f.follower_id, p.id, p.user_id, p.posted_on, p.body)
      FROM (SELECT ${columns} FROM posts WHERE user_id = OLD.user_id
        ORDER BY id DESC LIMIT 1 OFFSET ${feedPosts - 1}) p
      JOIN follows f ON f.followee_id = p.user_id
      WHERE OLD.id > p.id AND NOT shard_spreads(OLD.user_id);
    ${into} SELECT OLD.user_id, OLD.id, ${text(announce)}, json_array(OLD.user_id, OLD.id, NULL, NULL)
      WHERE shard_spreads(OLD.user_id);
  END`,
  `CREATE TRIGGER announcements_feed AFTER INSERT ON announcements ${live} BEGIN
    ${into} SELECT NEW.author_id, NULL, ${text(tell)},
        json_array(follower_id, NEW.post_id, NEW.author_id, NEW.posted_on, NEW.body)
      FROM follows WHERE followee_id = NEW.author_id AND NEW.body IS NOT NULL AND shard_spreads(NEW.author_id);
    -- Its author is spread no more, and what came since went ahead: the post is told as it is now.
    ${into} SELECT NEW.author_id, NULL, ${text(tell)}, json_array(f.follower_id, p.id, p.user_id, p.posted_on, p.body)
      FROM posts p JOIN follows f ON f.followee_id = p.user_id
      WHERE p.user_id = NEW.author_id AND p.id = NEW.post_id AND NOT shard_spreads(NEW.author_id);
    ${into} SELECT NEW.author_id, NULL, ${text(forget)}, json_array(follower_id, NEW.post_id)
      FROM follows WHERE followee_id = NEW.author_id AND NEW.body IS NULL;
    ${intoWithSource} SELECT NEW.author_id, ${text(tell)}, json_array(follower_id),
        ${text(lastOfFeed)}, json_array(NEW.author_id)
      FROM follows WHERE followee_id = NEW.author_id AND NEW.body IS NULL;
    DELETE FROM announcements WHERE author_id = NEW.author_id AND post_id = NEW.post_id;
  END`,
  `CREATE TRIGGER follows_feed_insert AFTER INSERT ON follows ${live} BEGIN
    ${into} SELECT NEW.followee_id, NULL, ${text(tell)}, json_array(NEW.follower_id, id, user_id, posted_on, body)
      FROM (SELECT * FROM posts WHERE user_id = NEW.followee_id ORDER BY id DESC LIMIT ${feedPosts})
      WHERE NOT shard_spreads(NEW.followee_id);
    ${intoWithSource} SELECT NEW.followee_id, ${text(tell)}, json_array(NEW.follower_id),
        ${text(newestPosts)}, json_array(NEW.followee_id)
      WHERE shard_spreads(NEW.followee_id);
  END`,
  `CREATE TRIGGER follows_feed_delete AFTER DELETE ON follows ${live} BEGIN
    ${into} VALUES (OLD.followee_id, NULL, ${text(forgetAuthor)}, json_array(OLD.follower_id, OLD.followee_id));
  END`,
  // A photo stays when its post goes; where its user is spread, what has no post lies elsewhere than what had one.
  `CREATE TRIGGER posts_photos BEFORE DELETE ON posts ${live} BEGIN
    UPDATE photos SET post_id = NULL
      WHERE user_id = OLD.user_id AND post_id = OLD.id AND NOT shard_spreads(OLD.user_id);
    ${into} SELECT user_id, post_id, ${text(keepPhoto)}, json_array(user_id, id, path, bytes)
      FROM photos WHERE user_id = OLD.user_id AND post_id = OLD.id AND shard_spreads(OLD.user_id);
    DELETE FROM photos WHERE user_id = OLD.user_id AND post_id = OLD.id;
  END`,
  `CREATE TRIGGER users_leave AFTER DELETE ON users ${live} BEGIN
    DELETE FROM photos WHERE user_id = OLD.id AND (post_id IS NULL OR NOT shard_spreads(OLD.id));
    DELETE FROM posts WHERE user_id = OLD.id AND NOT shard_spreads(OLD.id);
    DELETE FROM counters WHERE user_id = OLD.id AND NOT shard_spreads(OLD.id);
    ${elsewhere(followers, '1')}
    ${spread.map((one) => elsewhere(one, 'shard_spreads(OLD.id)')).join('\n    ')}
  END`,
];

/** What the feed is at the beginning: the join, for the readers of this shard. */
export const firstFeed = `INSERT INTO feed (user_id, post_id, author_id, posted_on, body)
  SELECT f.follower_id, p.id, p.user_id, p.posted_on, p.body
  FROM follows f JOIN posts p ON p.user_id = f.followee_id WHERE shard_owns(f.follower_id, NULL)`;

function elsewhere([source, statement]: readonly [string, string], when: string): string {
  return `${intoWithSource} SELECT OLD.id, ${text(statement)}, '[]', ${text(source)}, json_array(OLD.id) WHERE ${when};`;
}

/** As a text in SQL. */
function text(of: string): string {
  return `'${of.replaceAll("'", "''")}'`;
}
