/** Keeps up a load of users, and tells how they fare. */
import type { ClientLoad, LoadShape } from '../../src/protocols/client';
import { durationMs, Refusal, ratePerS, share as shareOf, whole } from '../../src/world/quantities';
import { report } from '../render/report';
import { command, type Shown, said } from '../shell/command';
import { client, count, patience, share } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';
import { optional, type Param, placed, word } from '../shell/params';
import { loadOf } from './loads';

type Wanted = 'stop' | { readonly ratePerS: number } | { readonly users: number };

/** `200rps`, `50users` or `stop`. */
const load1 = word(
  'rate|users|stop',
  (text): Wanted => {
    if (text === 'stop') return text;
    const users = /^(.*?)\s*users?$/.exec(text)?.[1];
    if (users !== undefined) return { users: whole(users) };
    if (/^[\d.]/.test(text)) return { ratePerS: ratePerS(text) };
    throw new Refusal(`'${text}' is not a load; write for example 200rps, 50users or stop`);
  },
  { complete: () => ['200rps', '50users', 'stop'] },
);

/** `think=1s`. */
const think: Param<number | undefined> = {
  usage: '[think=<duration>]',
  signature: (name) => `${name}?: string | { think: string | number }`,
  spare: true,
  take: (reader) => {
    const next = reader.peek();
    if (typeof next?.value !== 'string') return undefined;
    const found = /^think=(.*)$/.exec(next.value);
    if (found === null) {
      const hint = /^(rps|users?)$/.test(next.value)
        ? `; write it in one word, such as 200rps or 50users`
        : ', such as think=1s';
      throw new Mistake(`'${next.raw}' is not think=<duration>${hint}`, next.at);
    }
    reader.take('think');
    return placed(next, () => durationMs(found[1] ?? ''));
  },
  complete: () => ['think='],
};

type Popularity = NonNullable<ClientLoad['popularity']>;

/** `0.99`: by Zipf's law. */
const theta = word('theta', (text): Popularity => {
  const value = Number(text);
  if (text !== '' && value >= 0 && value <= 10) return { law: 'zipf', theta: value };
  throw new Refusal(`'${text}' is no exponent of Zipf's law; write a number from 0 (even) to 10, usually 0.99`);
});

/** `42=50%`: half of all requests are about user 42. */
const famous = word('user=share', (text): Popularity => {
  const [, user, part] = /^(\d+)=(.+)$/.exec(text) ?? [];
  if (user === undefined || part === undefined || Number(user) < 1) {
    throw new Refusal(`'${text}' is not <user>=<share>, such as 42=50%`);
  }
  return { law: 'hot', user: Number(user), share: shareOf(part) };
});

export const load = command({
  name: 'load',
  group: 'users',
  summary:
    'keep up a load: requests at a rate, whatever comes back, or users who wait for their answers; alone: how it goes',
  examples: [
    { line: 'load 200rps', text: 'open loop: 200 requests per second, evenly spaced' },
    { line: 'load 200rps --poisson --writes 10%', text: 'at random moments, one in ten writes' },
    { line: 'load 50users think=1s', text: 'closed loop: 50 users who think for a second between requests' },
    { line: 'load 200rps --hot 42=50%', text: 'every other request is about user 42' },
    { line: 'load 200rps --likes 30%', text: 'three in ten like a user: POST /users/12/likes' },
    { line: 'load', text: 'rates and percentiles so far' },
    { line: 'load stop', text: 'ends it and reports' },
  ],
  params: { load: optional(load1), think },
  options: {
    poisson: flag('--poisson', 'arrivals at random moments instead of evenly spaced'),
    writes: option('--writes <share>', share, 'the share of requests that write, by default none'),
    likes: option('--likes <share>', share, 'the share of requests that add to the likes of a user, by default none'),
    users: option('--users <count>', count, 'how many different users are asked for, by default 1000'),
    zipf: option('--zipf <theta>', theta, 'user k is asked for in proportion to k to the minus theta'),
    hot: option('--hot <user>=<share>', famous, 'one user gets a share of all requests'),
    timeout: option('--timeout <duration>', patience, 'how long a user waits, by default 5s'),
    client: option('--client <client>', client, 'who does it, by default the crowd'),
    noWait: flag('--no-wait', 'goes on before they have begun'),
  },
  returns: 'unknown',
  acts: true,
  run: async ({ load: wanted, think: thinkMs, client: who, ...given }, { world }): Promise<Shown> => {
    if (wanted === undefined || wanted === 'stop') {
      const found = wanted === 'stop' ? await world.loadStop(who) : await loadOf(world, who);
      return {
        value: found,
        text: (look) => report(found, look),
      };
    }
    if ('users' in wanted && given.poisson === true) {
      throw new Mistake('--poisson is for a rate; users come back after their answer and a think time');
    }
    if ('ratePerS' in wanted && thinkMs !== undefined) throw new Mistake('think= is for users; a rate does not wait');
    if (given.zipf !== undefined && given.hot !== undefined)
      throw new Mistake('--zipf and --hot are two laws; take one');
    const popularity = given.zipf ?? given.hot;
    const shape: LoadShape =
      'users' in wanted
        ? { loop: 'closed', users: wanted.users, thinkMs: thinkMs ?? 1_000 }
        : { loop: 'open', ratePerS: wanted.ratePerS, arrivals: given.poisson === true ? 'poisson' : 'constant' };
    const options = {
      ...(given.writes === undefined ? {} : { writes: given.writes }),
      ...(given.likes === undefined ? {} : { likes: given.likes }),
      ...(given.users === undefined ? {} : { users: given.users }),
      ...(popularity === undefined ? {} : { popularity }),
      ...(given.timeout === undefined ? {} : { timeoutMs: given.timeout }),
      ...(who === undefined ? {} : { client: who }),
    };
    if (given.noWait !== true) return said(await world.load(shape, options), { shape });
    world.start(world.loading(shape, options));
    return said('the load is about to begin', { shape });
  },
});
