/**
 * Feeds: what a user sees and what it costs to know that in two ways, what is still to be told, and what was mended.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs } from '../../src/drawing/numbers';
import type { FeedGap } from '../../src/sharding/feed';
import type { Feed, FeedLag, FeedRepair } from '../../src/world/feed-operator';
import { table } from './table';

const gapsShown = 5;

/** The newest posts; below, the feed beside the join. */
export function feedAndJoin({ user, feed, join, gaps }: Feed, most: number, look: Look): string {
  const { name, good } = palette(look);
  const rows = feed.rows.slice(0, most);
  const drawn =
    rows.length === 0
      ? [`user ${user} sees nothing`]
      : [
          table(
            rows,
            [
              { title: 'post', cell: ({ post }) => String(post), align: 'right' },
              { title: 'by', cell: ({ author }) => `user ${author}`, paint: name },
              { title: 'on', cell: ({ postedOn }) => postedOn },
              { title: 'body', cell: ({ body }) => body, narrow: 20 },
            ],
            look,
          ),
          '',
        ];
  const costs = table(
    [
      { way: 'feed', ...feed },
      { way: 'join', ...join },
    ],
    [
      { title: '', cell: ({ way }) => way, paint: name },
      { title: 'posts', cell: ({ rows: all }) => all.length },
      { title: 'shards asked', cell: ({ shards }) => shards },
      { title: 'rows moved', cell: ({ rowsMoved }) => rowsMoved },
    ],
    look,
  );
  const verdict = gaps.length === 0 ? [good('the feed is what the join says')] : gapLines(gaps, look);
  return [...drawn, costs, page(verdict, look)].join('\n');
}

/** What waits in each shard. */
export function feedsBehind(lags: readonly FeedLag[], look: Look): string {
  const { name, warn, quiet } = palette(look);
  const drawn = table(
    lags,
    [
      { title: 'shard', cell: ({ shard }) => shard, paint: name },
      { title: 'to be told', cell: ({ rows }) => rows, paint: (text, { rows }) => (rows > 0 ? warn(text) : text) },
      {
        title: 'the oldest waits',
        cell: ({ rows, oldestMs }) => (rows === 0 ? '-' : durationOfMs(oldestMs)),
        align: 'right',
      },
    ],
    look,
  );
  const sum = lags.reduce((all, { rows }) => all + rows, 0);
  const problems = lags.flatMap(({ shard, problem }) => (problem === undefined ? [] : [`${shard}: ${problem}`]));
  const state = sum === 0 ? 'nothing waits' : `${plural(sum, 'row')} of feeds and the like on their way`;
  const below = [quiet(state), ...problems.flatMap((line) => wrap(line, look.columns)).map(warn)];
  return [drawn, page(below, look)].join('\n');
}

export function feedRepair({ users, gaps, more, failures }: FeedRepair, look: Look): string {
  const { warn } = palette(look);
  const head = `${count(users)} ${users === 1 ? 'feed' : 'feeds'} compared with the join: ${gaps.length === 0 ? 'all as they should be' : `${count(gaps.length)} mended`}`;
  const below = [
    ...(gaps.length === 0 ? [] : gapLines(gaps, look)),
    ...(more ? [warn('there is more: feed repair again')] : []),
    ...failures
      .slice(0, gapsShown)
      .flatMap((line) => wrap(`perhaps not mended: ${line}`, look.columns))
      .map(warn),
  ];
  return page([head, ...below], look);
}

function gapLines(gaps: readonly FeedGap[], look: Look): string[] {
  const { warn } = palette(look);
  const of = (what: FeedGap['what']): number => gaps.filter((gap) => gap.what === what).length;
  const sums = `${of('missing')} missing, ${of('stale')} not as they are now, ${of('extra')} too many`;
  const shown = gaps.slice(0, gapsShown).map(({ what, user, post, author }) => {
    return `${what} in the feed of user ${user}: post ${post} of user ${author}`;
  });
  const left = gaps.length - shown.length;
  return [sums, ...shown, ...(left > 0 ? [`and ${count(left)} more`] : [])]
    .flatMap((line) => wrap(line, look.columns))
    .map(warn);
}
