/**
 * Claim: when the connection to a web server breaks under requests, those that may be done twice are sent to another one;
 * a write, which may have been done, is refused a second try and says so.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultNetwork } from '../src/kernel/network';
import { type ClientResponse, clientResponse } from '../src/protocols/client';
import { stages } from '../src/stages';
import { DrivenWorld, within } from '../src/testing/driven-world';
import { Phenomena } from '../src/testing/phenomena';
import type { Planned } from '../src/testing/schedule';
import { catalogue } from '../src/world/product';

/** Nothing that the balancer says reaches web-1 any more, and after so many attempts the connection is reset. */
function answersOf(method: 'GET' | 'PATCH', seed: number): readonly ClientResponse[] {
  const { name, topology } = stages.loadBalanced;
  // As it is by default, the balancer's own deadline comes before the sixth attempt.
  const network = { ...defaultNetwork, retransmitMax: 3 };
  const mute = Object.assign({ kind: 'drop' }, { from: 'lb-1', to: 'web-1', share: 1, kinds: ['http.request'] });
  const body = method === 'PATCH' ? { body: '{"lastName":"New"}' } : {};
  const fetch = { kind: 'client.fetch', method, headers: {}, ...body, timeoutMs: 5_000 };
  const ask = (user: number): Planned => {
    const request = { ...fetch, url: `/users/${user}` };
    return { atMs: 1_010, command: { verb: 'tell', to: 'app-1', body: request, budgetMs: 6_000 } };
  };
  const plan: readonly Planned[] = [
    { atMs: 1_000, command: { verb: 'add-fault', fault: mute } },
    ...[1, 2, 3, 4].map(ask),
  ];
  return within(new DrivenWorld(name, topology, { catalogue, seed, network }), (world) => {
    const { answers } = world.carryOut(plan, 9_000);
    return [...answers.values()].filter((answer): answer is ClientResponse => clientResponse.accepts(answer));
  });
}

test('a read is tried again elsewhere, a write is not', (t) => {
  const phenomena = new Phenomena();
  for (const seed of [1, 2, 3]) {
    const reads = answersOf('GET', seed);
    assert.deepEqual(
      reads.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    const writes = answersOf('PATCH', seed);
    const refused = writes.filter(({ status }) => status === 502);
    assert.equal(writes.filter(({ status }) => status === 200).length, 2);
    assert.equal(refused.length, 2, JSON.stringify(writes));
    for (const { body } of refused) assert.match(body, /is not sent twice, it may have been done/);
    phenomena.saw('a retry was refused', refused.length);
  }
  t.diagnostic(phenomena.table());
});
