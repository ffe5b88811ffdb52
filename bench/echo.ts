/**
 * The smallest tier: answers each ping with a pong. What is left of a benchmark with it is what the house itself costs.
 */
import { machine } from '../src/kernel/machine';
import type { Catalogue } from '../src/kernel/runtime';
import { type BodyOf, message, parseConfig, Type } from '../src/kernel/schema';
import { freeService } from '../src/kernel/service';
import { type Tier, tier } from '../src/kernel/tier';

export const ping = message('ping', { round: Type.Integer() });
export const pong = message('pong', { round: Type.Integer() });
export type Ping = BodyOf<typeof ping>;
export type Pong = BodyOf<typeof pong>;

const defaults = {};

export const echo: Tier<object, Ping, Pong> = {
  kind: 'echo',
  summary: 'answers pings',
  port: 7,
  defaults,
  parse: parseConfig(Type.Object({}), defaults),
  accepts: [ping],
  upstreams: () => [],
  service: () => freeService,
  behave: () =>
    machine(
      () => undefined,
      (_state, mail, turn) => turn.reply(mail, { kind: 'pong', round: mail.body.round }),
    ),
};

export const echoes: Catalogue = { tiers: new Map([['echo', tier(echo)]]), faults: new Map(), jobs: {} };
