/**
 * By which columns the site's tables are sharded, those first that others refer to. Whatever belongs to a user lies with
 * that user; who follows whom lies with the one who is followed, where the posts are.
 */
import type { ShardedTable } from '../protocols/shard-map';

export const siteTables: readonly ShardedTable[] = [
  { table: 'users', key: 'id' },
  { table: 'phone_numbers', key: 'user_id' },
  { table: 'credentials', key: 'user_id' },
  { table: 'sessions', key: 'user_id' },
  { table: 'posts', key: 'user_id', part: 'id' },
  { table: 'photos', key: 'user_id', part: 'post_id' },
  { table: 'follows', key: 'followee_id' },
  { table: 'orders', key: 'user_id' },
  { table: 'counters', key: 'user_id', part: 'part' },
  { table: 'feed', key: 'user_id' },
  { table: 'announcements', key: 'author_id' },
  { table: 'outbox', key: 'key', part: 'part' },
];
