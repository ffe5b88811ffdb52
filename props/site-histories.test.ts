/**
 * Claim: what the users of a site see while its servers die and come back, and the database with them, is what one
 * register per user would have shown them. With one database every promise is kept at once: the history is linearizable,
 * sessions are guaranteed what they should be, nothing acknowledged is lost, nothing is stale, and it survives its file.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDurability } from '../src/checking/durability';
import { entriesOf } from '../src/checking/history';
import { toJsonLines } from '../src/checking/json-lines';
import { checkLinearizability } from '../src/checking/linearizability';
import { register } from '../src/checking/models/register';
import { readHistory } from '../src/checking/read-history';
import { checkSessions } from '../src/checking/session-guarantees';
import { checkStaleness } from '../src/checking/staleness';
import { type Site, simulatedSite } from '../src/testing/simulated-site';

const users = 5;

/** What each user is called before anybody changes it. */
function namesIn(site: Site): Map<string | undefined, unknown> {
  const name = (user: number): unknown => JSON.parse(site.get(`/users/${user}`).body).lastName;
  return new Map(Array.from({ length: users }, (_, at) => [`user:${at + 1}`, name(at + 1)]));
}

test('a site with one database shows its users one register each, whoever dies', () => {
  for (const seed of [1, 2, 3]) {
    const site = simulatedSite({ seed });
    site.run('1s');
    const names = namesIn(site);
    site.load({ loop: 'open', ratePerS: 100, arrivals: 'poisson' }, { writes: 0.5, users, timeoutMs: 500 });
    for (const node of ['web-1', 'db-1', 'web-2', 'db-1']) {
      site.run('1s');
      site.kill(node);
    }
    site.run('3s');
    site.loadStop();
    site.run('1s');

    const events = site.happened.flatMap((event) => (event.type === 'operation' ? [event] : []));
    const history = readHistory(toJsonLines(entriesOf(events)));
    assert.ok(history.ok, JSON.stringify(history));
    const { operations } = history.value;
    assert.ok(operations.filter(({ f, outcome }) => f === 'write' && outcome === 'ok').length > 100);
    assert.ok(
      operations.some(({ outcome }) => outcome !== 'ok'),
      'nobody noticed that anything died',
    );

    const found = checkLinearizability(operations, register, { initialOf: (key) => names.get(key) });
    assert.equal(found.verdict, 'linearizable', JSON.stringify(found));
    const options = { isInitial: (value: unknown, key: string | undefined) => value === names.get(key) };
    for (const judged of [
      checkDurability(operations, options),
      checkSessions(operations, options),
      checkStaleness(operations, { ...options, boundUs: 0 }),
    ]) {
      assert.equal(judged.verdict, 'holds', JSON.stringify(judged));
      assert.ok(judged.judged > 100, `only ${judged.judged} reads`);
    }
  }
});
