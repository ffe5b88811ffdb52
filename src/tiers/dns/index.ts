/**
 * A name server on the internet, run by a third party: names to addresses with a time to live, and a negative answer for
 * names that do not exist. Of several addresses each answer puts another one first.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Envelope } from '../../kernel/envelope';
import { machine, type Turn } from '../../kernel/machine';
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { type ServiceLaw, serviceLaw } from '../../kernel/service';
import type { Live, Tier } from '../../kernel/tier';
import { type HealthPing, type HealthPong, healthPing } from '../../protocols/health';
import {
  type DnsAnswer,
  type DnsChanged,
  type DnsQuery,
  type DnsSet,
  dnsQuery,
  dnsSet,
  normalName,
} from '../../protocols/names';

const record = Type.Object({
  addresses: Type.Array(Type.String(), { minItems: 1, maxItems: 100 }),
  /** How long a resolver may remember the addresses. */
  ttlMs: Type.Number({ minimum: 0 }),
});

const config = Type.Object({
  /** The zone: lower-case names to what they mean. */
  records: Type.Record(Type.String(), record),
  /** How long a resolver may remember that a name does not exist (RFC 2308). */
  negativeTtlMs: Type.Number({ minimum: 0 }),
  /** Names that may be added while it runs, beside those of the config. */
  changesMax: Type.Integer({ minimum: 0 }),
  queryServiceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type DnsConfig = Static<typeof config>;

const defaults: DnsConfig = {
  records: {},
  negativeTtlMs: 5_000,
  changesMax: 10_000,
  queryServiceMs: 0.02,
  mailboxMax: 10_000,
};

type In = DnsQuery | DnsSet | HealthPing;
type Out = DnsAnswer | DnsChanged | HealthPong | ErrorBody;

interface Zone {
  /** What `dns.set` said since this life began; it wins over the config. */
  readonly changes: Map<string, Static<typeof record>>;
  /** Which address comes first in the next answer, by name. */
  readonly turns: Map<string, number>;
}

/** `dns-1`: answers `dns.query`; `dns.set` changes a record while it runs. */
export const dns: Tier<DnsConfig, In, Out> = {
  kind: 'dns',
  summary: 'name server on the internet: names to addresses',
  port: 53,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [dnsQuery, dnsSet, healthPing],
  upstreams: () => [],
  service: ({ queryServiceMs, mailboxMax }) => ({
    otherwise: queryServiceMs satisfies ServiceLaw,
    control: ['health.ping'],
    mailboxMax,
    overflow: 'drop',
  }),
  behave: (live) =>
    machine<In, Out, Zone>(
      (turn) => {
        const zone: Zone = { changes: new Map(), turns: new Map() };
        turn.node.report.expose(() => ({ records: { ...live.now.records, ...Object.fromEntries(zone.changes) } }));
        return zone;
      },
      (zone, mail, turn) => step(zone, mail, turn, live),
    ),
};

function step(zone: Zone, mail: Envelope<In>, turn: Turn<In, Out>, live: Live<DnsConfig>): void {
  const { body } = mail;
  switch (body.kind) {
    case 'dns.query':
      return turn.reply(mail, answer(zone, body.name, live.now));
    case 'dns.set':
      return turn.reply(mail, change(zone, body, live.now));
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
  }
}

function answer(zone: Zone, asked: string, { records, negativeTtlMs }: DnsConfig): DnsAnswer {
  const name = normalName(asked);
  const found = zone.changes.get(name) ?? (Object.hasOwn(records, name) ? records[name] : undefined);
  if (found === undefined) return { kind: 'dns.answer', name: asked, addresses: [], ttlMs: negativeTtlMs };
  const { addresses, ttlMs } = found;
  if (addresses.length < 2) return { kind: 'dns.answer', name: asked, addresses, ttlMs };
  const first = (zone.turns.get(name) ?? 0) % addresses.length;
  zone.turns.set(name, first + 1);
  return {
    kind: 'dns.answer',
    name: asked,
    addresses: [...addresses.slice(first), ...addresses.slice(0, first)],
    ttlMs,
  };
}

function change(zone: Zone, { name, addresses, ttlMs }: DnsSet, { changesMax }: DnsConfig): DnsChanged | ErrorBody {
  const key = normalName(name);
  if (!zone.changes.has(key) && zone.changes.size >= changesMax) {
    return { kind: 'error', reason: `the zone is full: ${changesMax} names were added already` };
  }
  zone.changes.set(key, { addresses: [...addresses], ttlMs });
  return { kind: 'dns.changed', name };
}
