/**
 * How many requests of a whole site the simulation gets through in a second of ours: users, a balancer, four web servers
 * and a real row of a real database, with deadlines at client, balancer and web server.
 */
import { Observable, type Subscription } from 'rxjs';
import type { WorldEvent } from '../src/kernel/events';
import type { Detail } from '../src/kernel/runtime';
import type { BoxSpec, NodeSpec, Topology } from '../src/kernel/topology';
import { type ClientLoad, clientLoading, clientReport } from '../src/protocols/client';
import { SimulatedRuntime } from '../src/runtimes/simulated/simulated-runtime';
import { recording } from '../src/testing/recording';
import { catalogue } from '../src/world/product';
import { Apart } from './apart';
import { type Benchmark, happened, perSecond, type Side } from './harness';

const ratePerS = 10_000;
const publicAddress = '203.0.113.1';
const nameServer = '198.51.100.53';
const domain = 'api.mysite.com';

/** Boxes that carry the rate with the tiers' own service times, at about half load. */
const cpus = { lb: 2, web: 4, db: 8 };
const free = {
  lb: { requestServiceMs: 0, responseServiceMs: 0 },
  web: { requestServiceMs: 0, answerServiceMs: 0 },
  db: { readServiceMs: 0, writeServiceMs: 0 },
  cache: { requestServiceMs: 0 },
};

/** Of a thousand rows that are asked for ten times a second each, this long makes one read in five miss. */
const cached = { strategy: 'cache-aside', reads: 'any', ttlMs: 400, gutter: 'miss' };

function topology({ serviceTimes, recording, caching }: Kind): Topology {
  const box = (id: string, privateAddress: string, more: Partial<BoxSpec> = {}): BoxSpec => ({
    ...{ id, region: 'main', zone: 'site', cpus: 1, memoryMb: 4_096, diskMb: 10_000, privateAddress },
    ...more,
  });
  const node = (id: string, kind: string, config: object): NodeSpec => ({
    ...{ id, kind, box: id, restart: 'never', config },
  });
  const service = <K extends keyof typeof free>(kind: K): object => (serviceTimes ? {} : free[kind]);
  const webs = ['web-1', 'web-2', 'web-3', 'web-4'];
  const caches = caching === true ? ['cache-1', 'cache-2'] : [];
  return {
    boxes: [
      box('client-1', '192.0.2.1', { zone: 'outside' }),
      box('dns-1', nameServer, { zone: 'outside' }),
      box('lb-1', '10.0.0.1', { publicAddress, cpus: cpus.lb }),
      ...webs.map((id, place) => box(id, `10.0.0.${place + 2}`, { cpus: cpus.web })),
      box('db-1', '10.0.0.9', { cpus: cpus.db }),
      ...caches.map((id, place) => box(id, `10.0.0.${place + 10}`)),
    ],
    nodes: [
      node('dns-1', 'dns', { records: { [domain]: { addresses: [publicAddress], ttlMs: 3_600_000 } } }),
      node('db-1', 'db', { seedUsers: 1_000, ...service('db') }),
      ...webs.map((id) => node(id, 'web', { ...service('web'), ...(caching === true ? cached : {}) })),
      ...caches.map((id) => node(id, 'cache', { policy: 'lru', leaseMs: 50, ...service('cache') })),
      node('lb-1', 'lb', service('lb')),
      node('client-1', 'client', { site: domain, recording }),
    ],
  };
}

const load: ClientLoad = {
  kind: 'client.load',
  shape: { loop: 'open', ratePerS, arrivals: 'poisson' },
  writes: 0,
  users: 1_000,
  timeoutMs: 5_000,
};

/** A site, what is told of it, and who listens. */
interface Kind {
  /** How long a measurement is in virtual time. */
  readonly seconds: number;
  readonly serviceTimes: boolean;
  /** Whether the clients tell what they do and see. */
  readonly recording: boolean;
  readonly detail: Detail;
  readonly hashed: boolean;
  /** Whether two cache servers stand in front of the database. */
  readonly caching?: boolean;
  /** Listens from now on; gives back what ends that, and demands that as many requests were heard of. */
  watch?(events: Observable<WorldEvent>): (requests: number) => void;
}

/** A site under load that goes on from round to round; what is measured is its middle, where nothing begins or ends. */
class Site {
  private readonly runtime: SimulatedRuntime;
  private readonly door;

  constructor(kind: Kind) {
    const { detail, hashed } = kind;
    this.runtime = new SimulatedRuntime({ catalogue, detail, hashed });
    this.runtime.apply(topology(kind), () => undefined);
    this.door = this.runtime.attach('bench', 'outside');
    this.run(1);
    let loading = false;
    this.door.ask('client-1', load, 1_000, (answer) => {
      loading = clientLoading.accepts(answer?.body);
    });
    this.run(1);
    if (!loading) throw new Error('client-1 does not keep up a load');
  }

  get events(): Observable<WorldEvent> {
    return this.runtime.events;
  }

  run(seconds: number): void {
    this.runtime.runTo(this.runtime.nowUs + seconds * 1_000_000);
  }

  /** Requests that were answered well; throws if one was not. */
  answered(): number {
    let ok: number | undefined;
    this.door.ask('client-1', { kind: 'client.ask' }, 1_000, (answer) => {
      const report = answer?.body;
      if (!clientReport.accepts(report)) return;
      happened(`failed requests (${Object.entries(report.failures).join(', ')})`, report.failed, 0);
      ok = report.ok;
    });
    this.runtime.runTo(this.runtime.nowUs + 1_000_000, () => ok !== undefined);
    if (ok === undefined) throw new Error('client-1 does not report');
    return ok;
  }
}

function side(name: string, kind: Kind): Side {
  const site = new Site(kind);
  return {
    name,
    unit: '/s',
    measure(scale) {
      const before = site.answered();
      const spanS = kind.seconds * scale;
      const heard = kind.watch?.(site.events);
      let count = 0;
      const rate = perSecond(() => {
        site.run(spanS);
        count = site.answered() - before;
        return count;
      });
      // Poisson arrivals: a window of five standard deviations, and the moment that the two reports take.
      const slack = 5 * Math.sqrt(ratePerS * spanS) + ratePerS * 0.1;
      happened(`requests (${name})`, count, ratePerS * spanS - slack, ratePerS * spanS + slack);
      heard?.(ratePerS * spanS - slack);
      return rate;
    },
  };
}

/** Every event as a line of text. */
function asText(events: Observable<WorldEvent>): (requests: number) => void {
  let bytes = 0;
  const hearing = events.subscribe((event) => {
    bytes += JSON.stringify(event).length;
  });
  return (requests) => {
    hearing.unsubscribe();
    happened('bytes of text', bytes, requests * 1_000, Number.POSITIVE_INFINITY);
  };
}

/** What clients did and saw, kept for a checker. */
function asHistory(events: Observable<WorldEvent>): (requests: number) => void {
  let hearing: Subscription | undefined;
  const history = recording({
    events: new Observable((reader) => {
      hearing = events.subscribe(reader);
    }),
  });
  return (requests) => {
    hearing?.unsubscribe();
    happened('recorded operations', history().length, requests, Number.POSITIVE_INFINITY);
  };
}

const silent: Kind = { seconds: 6, serviceTimes: true, recording: false, detail: 'acts', hashed: false };
const told: Kind = { ...silent, detail: 'full' };

export const sides = {
  'tracing off': () => side('tracing off', silent),
  'no service times': () => side('no service times', { ...silent, serviceTimes: false }),
  cache: () => side('cache', { ...silent, caching: true }),
  ring: () => side('ring', told),
  hash: () => side('hash', { ...told, hashed: true }),
  text: () => side('text', { ...told, seconds: 2, watch: asText }),
  history: () => side('history', { ...silent, recording: true, watch: asHistory }),
};

export const site: Benchmark = {
  name: 'site',
  summary: 'simulated requests: client, balancer, four web servers, a database row',
  open() {
    const apart = (name: keyof typeof sides): Apart => new Apart('site', name, '/s');
    const plain = apart('tracing off');
    const free = apart('no service times');
    const cache = apart('cache');
    const ring = apart('ring');
    const hash = apart('hash');
    const text = apart('text');
    const history = apart('history');
    return {
      rows: [
        { what: 'site requests, tracing off', ours: plain, reach: { of: 'ours', atLeast: 100_000 } },
        { what: 'without service times', ours: free, peer: plain },
        {
          what: 'rows past a cache, one in five misses',
          ours: cache,
          peer: plain,
          reach: { of: 'rate', atLeast: 0.7 },
        },
        { what: 'newest events kept', ours: ring, peer: plain, reach: { of: 'time', atMost: 1.3 } },
        { what: 'and hashed', ours: hash, peer: plain, reach: { of: 'time', atMost: 3 } },
        { what: 'each event as JSON text instead', ours: text, peer: plain, as: 'time' },
        { what: 'client histories recorded', ours: history, peer: plain, reach: { of: 'time', atMost: 1.1 } },
      ],
    };
  },
};
