/** Web tiers that lose whom they should know, or know whom they should have forgotten. */
import { cookieIn } from '../../src/protocols/cookies';
import { Exchange } from '../../src/tiers/balancer/exchange';
import { stickyCookie } from '../../src/tiers/balancer/sticky-cookie';
import { ChosenSessions } from '../../src/tiers/web/sessions';
import type { Session } from '../../src/tiers/web/sessions/session';
import { sessionsClaim } from '../sessions/claim';
import { type Canary, canary } from './canary';
import { type Sabotage, sabotage, sabotageHidden } from './sabotage';

const stateless = sessionsClaim({ seed: 1, runs: 30, where: ['cache', 'sql', 'kv'] });
const stateful = sessionsClaim({ seed: 2, runs: 30, where: ['memory'] });

const inMemory = sabotageHidden(ChosenSessions.prototype, 'chosen', () => {
  return function () {
    return Reflect.get(Reflect.get(this, 'stores'), 'memory');
  };
});

/** What a server has once seen it believes to know, and only what it ends itself does it forget. */
const remembered = new WeakMap<ChosenSessions, Map<string, Session>>();

function memoryOf(server: ChosenSessions): Map<string, Session> {
  const memory = remembered.get(server) ?? new Map<string, Session>();
  remembered.set(server, memory);
  return memory;
}

const believes = sabotage(
  ChosenSessions.prototype,
  'find',
  (find) =>
    function (this: ChosenSessions, id, then) {
      const memory = memoryOf(this);
      const known = memory.get(id);
      if (known !== undefined) return then(known);
      return find.call(this, id, (found) => {
        if (found !== undefined) memory.set(id, found);
        return then(found);
      });
    },
);

const forgetsItsOwn = sabotage(
  ChosenSessions.prototype,
  'end',
  (end) =>
    function (this: ChosenSessions, id, then) {
      memoryOf(this).delete(id);
      return end.call(this, id, then);
    },
);

const onlyOneHears: Sabotage = (run) => believes(() => forgetsItsOwn(run));

const toTheDead = sabotageHidden(Exchange.prototype, 'pick', (pick) => {
  return function (...given) {
    const named = cookieIn(Reflect.get(Reflect.get(this, 'request'), 'headers'), 'lb');
    const pool: readonly { readonly id: string }[] = Reflect.get(
      Reflect.get(Reflect.get(this, 'desk'), 'servers'),
      'pool',
    );
    return pool.find(({ id }) => id === named) ?? Reflect.apply(pick, this, given);
  };
});

const noCookie = sabotage(stickyCookie, 'mark', () => () => undefined);

const endsNothing = sabotage(ChosenSessions.prototype, 'end', () => (_id, then) => then());

export const sessionCanaries: readonly Canary[] = [
  canary('a stateless server that keeps its sessions in memory', stateless, inMemory, 'logged out'),
  canary('a logout that only one server hears of', stateless, onlyOneHears, 'still logged in'),
  canary('a logout that only forgets the cookie', stateful, endsNothing, 'still logged in'),
  canary('a balancer that sticks to a dead server', stateful, toTheDead, 'not served'),
  canary('a balancer that does not stick', stateful, noCookie, 'logged out'),
];
