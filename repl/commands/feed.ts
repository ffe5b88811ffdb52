/** Shows the feeds that shards keep for their users, what is still on its way to them, and mends them. */
import { Refusal } from '../../src/world/quantities';
import { feedAndJoin, feedRepair, feedsBehind } from '../render/feed';
import { command, type Shown } from '../shell/command';
import { count } from '../shell/kinds';
import { option } from '../shell/options';
import { type Param, word } from '../shell/params';

type Wanted = { readonly repair: boolean; readonly user?: number } | undefined;

const user = word('user', (text) => {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Refusal(`'${text}' is not the id of a user; write for example feed 12, or feed repair`);
});

/** `12`, `repair`, `repair 12`, or nothing. */
const wanted: Param<Wanted> = {
  usage: '[<user> | repair [<user>]]',
  signature: (name) => `${name}?: number | string, user?: number`,
  spare: true,
  take: (reader) => {
    if (reader.done || typeof reader.peek()?.value === 'object') return undefined;
    if (reader.peek()?.value !== 'repair') return { repair: false, user: user.take(reader) };
    reader.take('repair');
    if (reader.done || typeof reader.peek()?.value === 'object') return { repair: true };
    return { repair: true, user: user.take(reader) };
  },
  complete: () => ['repair'],
};

const topUnlessSaid = 5;
const everyMs = 1_000;

export const feed = command({
  name: 'feed',
  group: 'data',
  summary: 'show what a user sees of those whom it follows, as its shard keeps it; alone: what is still to be told',
  examples: [
    { line: 'feed 12', text: 'from the one shard that has it, beside what the join over all shards would cost' },
    { line: 'feed', text: 'rows that shards have yet to tell each other, and since when' },
    { line: 'feed repair', text: 'compares every feed with the join, and mends what differs; feed repair 12: one' },
  ],
  params: { wanted },
  options: { top: option('--top <count>', count, 'so many of the newest posts, by default 5') },
  returns: 'any',
  acts: true,
  run: async ({ wanted: what, top = topUnlessSaid }, { world, virtual }): Promise<Shown> => {
    if (what?.repair === true) {
      const value = await world.repairFeed(what.user);
      return { value, text: (look) => feedRepair(value, look) };
    }
    if (what?.user !== undefined) {
      const value = await world.feed(what.user);
      return { value, text: (look) => feedAndJoin(value, top, look) };
    }
    const value = await world.feedLag();
    const shown = { value, text: (look: Parameters<typeof feedsBehind>[1]) => feedsBehind(value, look) };
    if (virtual !== undefined) return shown;
    return { ...shown, live: { everyMs, frame: async (look) => feedsBehind(await world.feedLag(), look) } };
  },
});
