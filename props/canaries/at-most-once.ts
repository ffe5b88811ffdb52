/** Clients, balancers and web servers that ask again without asking themselves whether it was done already. */

import { Inquiry } from '../../src/consensus/asking/inquiry';
import { sqlFailure, sqlResult } from '../../src/protocols/sql';
import { Exchange } from '../../src/tiers/balancer/exchange';
import { Retries } from '../../src/tiers/client/retries';
import { Transport } from '../../src/tiers/client/transport';
import { atMostOnce } from '../site/at-most-once';
import { type Canary, canary, soon } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const claim = atMostOnce({ seed: 1, runs: 100 });

/** What was broken off counts for what never arrived. */
const takesResetsForRefusals = sabotageHidden(Exchange.prototype, 'refused', (refused) => {
  return function (server, answer) {
    refused.call(this, server, Object.assign({}, answer, { because: 'down' }));
  };
});

/** Whoever was silent or broke off is asked once more. */
const asksTheSilentAgain = sabotageHidden(Inquiry.prototype, 'after', (after) => {
  const asked = new WeakSet<object>();
  return function (answer, database) {
    const next = after.call(this, answer, database);
    if (next !== undefined || isOfDatabase(answer) || asked.has(this)) return next;
    asked.add(this);
    return database;
  };
});

function isOfDatabase(answer: unknown): boolean {
  return sqlResult.accepts(bodyOf(answer)) || sqlFailure.accepts(bodyOf(answer));
}

function bodyOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'body' in answer ? answer.body : undefined;
}

/** A device that spares its user the trouble. */
const triesAgainByItself = sabotage(Transport.prototype, 'send', (send) => {
  return function (this: Transport, site, request, budgetMs, then) {
    send.call(this, site, request, budgetMs, (ending) => {
      const isBroken = ending.kind === 'problem' ? ending.acted : ending.status === 502;
      if (isBroken) send.call(this, site, request, budgetMs, then);
      else then(ending);
    });
  };
});

/** A device that insists on what it is told to do, whatever that is. */
const insistsOnEverything = sabotageHidden(Retries.prototype, 'maySendAgain', () => () => true);

export const atMostOnceCanaries: readonly Canary[] = [
  canary(
    'a balancer that takes a broken connection for a refused one',
    soon(claim, 25),
    takesResetsForRefusals,
    'done twice',
  ),
  canary('a web server that asks a silent database again', soon(claim, 106), asksTheSilentAgain, 'done twice'),
  canary('a device that tries again by itself', soon(claim, 22), triesAgainByItself, 'done twice'),
  canary('a device that insists on a POST', soon(claim, 22), insistsOnEverything, 'done twice'),
];
