/**
 * A site in a few lines, for the tests of this folder: it asks and answers like the real tiers, takes round times, and
 * its balancer tries the next web server when one does not answer. So that what a trace shows here never changes.
 */

import { faults } from '../../src/faults/catalogue';
import { isExpired } from '../../src/kernel/asks';
import { refused } from '../../src/kernel/control';
import type { Body } from '../../src/kernel/envelope';
import { machine } from '../../src/kernel/machine';
import type { Message } from '../../src/kernel/schema';
import type { AnyTier } from '../../src/kernel/tier';
import { type ClientFetch, type ClientResponse, clientFetch } from '../../src/protocols/client';
import { type HttpRequest, type HttpResponse, httpRequest, httpResponse } from '../../src/protocols/http';
import { type DnsAnswer, type DnsQuery, dnsAnswer, dnsQuery } from '../../src/protocols/names';
import { type SqlExecute, type SqlResult, sqlExecute, sqlResult } from '../../src/protocols/sql';
import { plainTier } from '../../src/runtimes/simulated/trial';
import { SimulatedWorld } from '../../src/world/simulated-world';
import { topology } from './fixtures';

function costly(kind: string, accepts: readonly Message[], behaviour: ReturnType<typeof machine>, ms: number): AnyTier {
  return plainTier(kind, accepts, behaviour, { otherwise: ms, mailboxMax: 100, overflow: 'refuse' });
}

const balancer = machine<HttpRequest | HttpResponse, HttpRequest | HttpResponse, undefined>(
  () => undefined,
  (_, mail, turn) => {
    const { body } = mail;
    if (body.kind !== 'http.request') return;
    const attempt = (servers: readonly string[]): void => {
      const [server, ...others] = servers;
      if (server === undefined) {
        return turn.reply(mail, { kind: 'http.response', status: 503, headers: {}, body: 'no server left' });
      }
      turn.ask(server, body, 100, (answer) => {
        if (!isExpired(answer) && answer.body.kind === 'http.response') turn.reply(mail, answer.body);
        else attempt(others);
      });
    };
    attempt(['web-1', 'web-2']);
  },
);

const lb = costly('lb', [httpRequest, httpResponse], balancer, 0.1);
const site = `203.0.113.10:${lb.port}`;

function reasonOf(body: Body): string | undefined {
  return refused.accepts(body) ? body.reason : undefined;
}

const client = machine<ClientFetch | DnsAnswer | HttpResponse, ClientResponse | DnsQuery | HttpRequest, undefined>(
  () => undefined,
  (_, mail, turn) => {
    const { body } = mail;
    if (body.kind !== 'client.fetch') return;
    const finish = (status: number, problem?: string): void =>
      turn.reply(mail, {
        kind: 'client.response',
        status,
        headers: {},
        body: '',
        ms: 0,
        via: [],
        ...(problem === undefined ? {} : { problem }),
      });
    const fetch = (): void => {
      const request = { kind: 'http.request', method: 'GET', path: body.url, headers: {} } as const;
      turn.ask(site, request, 2_000, (answer) => {
        if (isExpired(answer)) finish(0, 'timed out');
        else finish(answer.body.kind === 'http.response' ? answer.body.status : 0, reasonOf(answer.body));
      });
    };
    turn.ask('dns-1', { kind: 'dns.query', name: 'api.mysite.com' }, 1_000, fetch, { datagram: true });
  },
);

const names = machine<DnsQuery, DnsAnswer, undefined>(
  () => undefined,
  (_, mail, turn) => turn.reply(mail, { kind: 'dns.answer', name: mail.body.name, addresses: [site], ttlMs: 1_000 }),
);

const web = machine<HttpRequest | SqlResult, HttpResponse | SqlExecute, undefined>(
  () => undefined,
  (_, mail, turn) => {
    if (mail.body.kind !== 'http.request') return;
    const question: SqlExecute = {
      kind: 'sql.execute',
      statement: 'SELECT * FROM users WHERE id = ?',
      parameters: [12],
    };
    turn.ask('db-1', question, 1_000, (answer) => {
      const status = isExpired(answer) || answer.body.kind !== 'sql.result' ? 503 : 200;
      turn.reply(mail, { kind: 'http.response', status, headers: {}, body: '' });
    });
  },
);

const database = machine<SqlExecute, SqlResult, undefined>(
  () => undefined,
  (_, mail, turn) =>
    turn.reply(mail, { kind: 'sql.result', columns: [], rows: [], changes: 1, lastId: 0, position: 1 }),
);

/** The tiers by the kinds that the fixture's topology names. */
export const smallTiers: ReadonlyMap<string, AnyTier> = new Map(
  [
    costly('client', [clientFetch, dnsAnswer, httpResponse], client, 0),
    costly('dns', [dnsQuery], names, 1),
    lb,
    costly('web', [httpRequest, sqlResult], web, 1),
    costly('database', [sqlExecute], database, 2),
  ].map((one) => [one.kind, one]),
);

/** The fixture's site, running. */
export function smallSite(): SimulatedWorld {
  return new SimulatedWorld('small', topology, { catalogue: { tiers: smallTiers, faults, jobs: {} } });
}
