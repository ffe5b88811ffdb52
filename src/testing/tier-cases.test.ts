/** The suite can fail: for each promise a tier that breaks it. And it runs a tier of one's own without a site around it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filter, map, merge } from 'rxjs';
import type { Body, Envelope } from '../kernel/envelope';
import { machine, type Turn } from '../kernel/machine';
import { type BodyOf, message, parseConfig, Type } from '../kernel/schema';
import { freeService } from '../kernel/service';
import { type AnyTier, type Behaviour, type Tier, tier } from '../kernel/tier';
import { tierCases } from './tier-cases';

const put = message('shelf.put', { items: Type.Array(Type.String()) });
const held = message('shelf.held', { count: Type.Integer() });
type In = BodyOf<typeof put>;
type Config = { readonly sizeMax: number };

const defaults: Config = { sizeMax: 10 };
const config = Type.Object({ sizeMax: Type.Integer({ minimum: 1 }) });

/** A shelf that holds what was put last, on disk; a step or more of it may be replaced by a wrong one. */
function shelf(wrong: Partial<Tier<Config, In, Body>> = {}, step = good): AnyTier {
  return tier<Config, In, Body>({
    kind: 'shelf',
    summary: 'holds what was put last',
    port: 1,
    defaults,
    parse: parseConfig(config, defaults),
    accepts: [put, held],
    upstreams: () => [{ pool: 'carrier' }, { address: '192.0.2.7:99' }],
    service: () => freeService,
    behave: () => machine<In, Body, State>(begin, step),
    ...wrong,
  });
}

interface State {
  items: readonly string[];
  readonly seen: string[];
}

function begin(turn: Turn<In, Body>): State {
  const state: State = { items: [], seen: [] };
  turn.node.report.expose(() => state);
  turn.node.disk.read(({ cells }) => {
    const saved = cells.get('items');
    if (saved !== undefined) state.items = JSON.parse(Buffer.from(saved).toString());
  });
  return state;
}

function good(state: State, mail: Envelope<In>, turn: Turn<In, Body>): void {
  if (mail.body.kind !== put.kind) return turn.reply(mail, { kind: 'error', ...{ reason: 'nobody asked' } });
  const { items } = mail.body;
  state.items = [...items];
  turn.node.disk.put('items', Buffer.from(JSON.stringify(items)));
  turn.node.disk.sync(() => turn.reply(mail, { kind: held.kind, ...{ count: items.length } }));
}

const samples: readonly Body[] = [
  { kind: put.kind, ...{ items: ['a', 'b'] } },
  { kind: held.kind, ...{ count: 1 } },
];

for (const { name, run } of tierCases({ tier: shelf(), samples })) test(name, run);

const sayAfter =
  (also: (node: Parameters<Behaviour<In, Body>>[0]) => ReturnType<Behaviour<In, Body>>): (() => Behaviour<In, Body>) =>
  () =>
  (node) =>
    merge(machine<In, Body, State>(begin, good)(node), also(node));

let moduleState = 0;

/** What is wrong with a tier, and the promise that it breaks. */
const canaries: readonly (readonly [string, AnyTier, string, (readonly Body[])?])[] = [
  ['lacks a sample', shelf(), 'there is a valid sample', samples.slice(1)],
  ['has a wrong sample', shelf(), 'there is a valid sample', [{ kind: put.kind }, ...samples]],
  ['has a default of its own making', shelf({ defaults: { sizeMax: Number.NaN } }), 'its defaults are a config'],
  ['takes any config', shelf({ parse: () => defaults }), 'a config that is wrong'],
  [
    'refuses a config without a path',
    shelf({
      parse: (given) => {
        if (given !== undefined && JSON.stringify(given) !== '{}') throw new Error('bad config');
        return defaults;
      },
    }),
    'a config that is wrong',
  ],
  [
    'takes any body',
    shelf({ accepts: [{ ...put, accepts: (_body): _body is In => true }, held] }),
    'whatever it accepts',
  ],
  [
    'answers answers',
    shelf({
      behave: sayAfter((node) =>
        node.inbox.pipe(
          filter(({ re }) => re !== undefined),
          map(({ from }) => ({ to: from, id: node.nextId(), body: { kind: 'thanks' } })),
        ),
      ),
    }),
    'an answer is never answered',
  ],
  [
    'writes to the body it was given',
    shelf({}, (state, mail, turn) => {
      if (mail.body.kind === put.kind) Object.assign(mail.body.items, { 0: 'mine' });
      good(state, mail, turn);
    }),
    'everything survives the codec',
  ],
  [
    'says what no codec carries',
    shelf({}, (_state, mail, turn) => turn.reply(mail, { kind: held.kind, ...{ count: 1, self: Symbol.iterator } })),
    'everything survives the codec',
  ],
  [
    'knows a body by its identity',
    shelf({}, (state, mail, turn) => {
      const known = samples.some((sample) => Object.is(sample, mail.body));
      turn.reply(mail, { kind: known ? 'old' : 'new' });
      if (!known) good(state, mail, turn);
    }),
    'everything survives the codec',
  ],
  [
    'cannot read what it wrote',
    shelf({
      behave: () =>
        machine<In, Body, State>((turn) => {
          turn.node.disk.read(({ cells }) => {
            if (cells.size > 0) throw new Error('what is this?');
          });
          return begin(turn);
        }, good),
    }),
    'it comes back from its disk',
  ],
  [
    'keeps state outside of its node',
    shelf({}, (_state, mail, turn) => turn.reply(mail, { kind: 'count', ...{ count: ++moduleState } })),
    'the same seed',
  ],
  [
    'draws real chance',
    shelf({}, (_state, mail, turn) => turn.reply(mail, { kind: 'count', ...{ count: Math.random() } })),
    'it comes back from its disk',
  ],
  [
    'remembers every answer that nobody asked for',
    shelf({
      behave: () => (node) => {
        const seen: unknown[] = [];
        node.report.expose(() => seen);
        return merge(
          machine<In, Body, undefined>(
            () => undefined,
            (_state, mail, turn) => turn.reply(mail, { kind: held.kind, ...{ count: 0 } }),
          )(node),
          node.inbox.pipe(
            map(({ id }) => seen.push(id)),
            filter((_count): _count is never => false),
          ),
        );
      },
    }),
    'junk leaves nothing behind',
  ],
  [
    'arms a timer for every message',
    shelf({
      behave: () => (node) =>
        merge(
          machine<In, Body, State>(begin, good)(node),
          node.inbox.pipe(
            map(() => node.clock.schedule(() => undefined, 1e9)),
            filter((_action): _action is never => false),
          ),
        ),
    }),
    'junk leaves nothing behind',
  ],
];

for (const [what, broken, promise, given] of canaries) {
  test(`a tier that ${what} is caught`, () => {
    const cases = tierCases({ tier: broken, samples: given ?? samples });
    const [kept, ...others] = cases.filter(({ name }) => name.startsWith(`shelf: ${promise}`));
    assert.ok(kept !== undefined && others.length === 0, `which of ${cases.map(({ name }) => name).join('; ')}`);
    assert.throws(() => kept.run(), assert.AssertionError);
  });
}
