/**
 * A crowd of users. Open loop: requests arrive at a rate, whatever comes back, and latency counts from the moment at
 * which a request was due, so that a stalled site cannot hide behind the requests that were not sent meanwhile
 * (coordinated omission). Closed loop: users who wait for their answer, think, and ask again.
 */
import { interval, tap } from 'rxjs';
import { Histogram } from '../../algorithms/histogram';
import type { Cancel } from '../../kernel/machine';
import type { Random } from '../../kernel/random';
import { Timer } from '../../kernel/timers';
import type { ClientLoad, ClientReport, LoadShape } from '../../protocols/client';
import type { HttpRequest } from '../../protocols/http';
import { type Arrivals, ClosedLoop, OpenLoop } from '../../workload/arrivals';
import { hot, type Popularity, uniform, zipf } from '../../workload/popularity';
import type { ClientTurn } from './conversation';
import type { Cookies } from './cookies';
import type { History } from './history';
import type { Retries } from './retries';
import type { Ending } from './transport';
import type { Site } from './url';

/** What a load needs of the device that makes it. */
export interface LoadMeans {
  readonly requests: Retries;
  readonly cookies: Cookies;
  readonly history: History;
}

export interface LoadSettings {
  readonly site: string;
  readonly accept: string;
  /** Requests that may be out at once; the next one fails as `too many outstanding`. */
  readonly outstandingMax: number;
  readonly recording: boolean;
}

/** Requests begun in one turn, so that a client that was stopped for an hour does not freeze the world to catch up. */
const burstMax = 10_000;

/** Timers are right to a microsecond: what is due within one is due now, since waking for it once more costs as much. */
const roundingMs = 0.001;

/** A user who saw an error waits a moment before trying again, whatever its thinking time. */
const afterFailureMs = 100;

export class Load {
  private readonly startedMs: number;
  private readonly arrivals: Arrivals;
  private readonly popularity: Popularity;
  private readonly latencies = new Histogram();
  private readonly recent = new Histogram();
  private readonly failures = new Map<string, number>();
  private readonly waker: Waker;
  private readonly stopGauges: Cancel;
  private readonly headers: Readonly<Record<string, string>>;
  private sent = 0;
  private ok = 0;
  private failed = 0;
  private outstanding = 0;
  private endedMs: number | undefined;
  private failedBefore = 0;
  private lately: ClientReport['lately'];
  private readonly retriesBefore: number;

  constructor(
    private readonly turn: ClientTurn,
    private readonly device: LoadMeans,
    private readonly settings: LoadSettings,
    private readonly order: ClientLoad,
    private readonly target: Site,
  ) {
    const { node } = turn;
    this.startedMs = turn.nowMs;
    this.retriesBefore = device.requests.made;
    this.headers = { accept: settings.accept, host: settings.site };
    this.arrivals = arrivalsOf(order.shape, this.startedMs, node.random);
    this.popularity = popularityOf(order);
    this.waker = new Waker(
      (work) => node.deadlines.turn(work, undefined),
      () => this.wake(),
    );
    this.stopGauges = turn.during(interval(1_000, node.clock).pipe(tap(() => this.gauge())));
    this.sleep();
  }

  /** No more requests are begun; those that are out still count. */
  stop(): void {
    this.endedMs ??= this.turn.nowMs;
    this.turn.node.deadlines.disarm(this.waker);
    this.stopGauges();
  }

  report(): ClientReport {
    const ms = (share: number): number => this.latencies.percentile(share) / 1_000;
    const retries = this.device.requests.made - this.retriesBefore;
    return {
      kind: 'client.report',
      running: this.endedMs === undefined,
      seconds: ((this.endedMs ?? this.turn.nowMs) - this.startedMs) / 1_000,
      sent: this.sent,
      ok: this.ok,
      failed: this.failed,
      failures: Object.fromEntries(this.failures),
      p50Ms: ms(0.5),
      p95Ms: ms(0.95),
      p99Ms: ms(0.99),
      maxMs: this.latencies.max / 1_000,
      ...(retries === 0 ? {} : { retries }),
      ...(this.lately === undefined || this.endedMs !== undefined ? {} : { lately: this.lately }),
    };
  }

  private wake(): void {
    const { turn, arrivals } = this;
    const nowMs = turn.nowMs + roundingMs;
    for (let begun = 0; begun < burstMax && arrivals.nextMs <= nowMs; begun++) this.begin(arrivals.take());
    this.sleep();
  }

  private sleep(): void {
    const { nextMs } = this.arrivals;
    if (this.endedMs !== undefined || nextMs === Number.POSITIVE_INFINITY) return;
    this.turn.node.deadlines.arm(this.waker, Math.max(0, nextMs - this.turn.nowMs));
  }

  private begin(dueMs: number): void {
    this.sent++;
    if (this.outstanding >= this.settings.outstandingMax) return this.fail('too many outstanding');
    this.outstanding++;
    const request = this.draw();
    const recorded = this.settings.recording ? this.device.history.begin(request) : undefined;
    const { requests, cookies } = this.device;
    // Everybody asks for a page of their own: what is asked for tells who it is.
    const user = request.path;
    const { host } = this.target;
    requests.send(this.target, cookies.dress(user, host, request), this.order.timeoutMs, (ending) => {
      cookies.hear(user, host, ending);
      this.outstanding--;
      recorded?.end(ending);
      this.end(ending, dueMs);
    });
  }

  private draw(): HttpRequest {
    const { node } = this.turn;
    const path = `/users/${this.popularity(node.random)}`;
    const { writes, likes = 0 } = this.order;
    if (likes > 0 && node.random.next() < likes) {
      return { kind: 'http.request', method: 'POST', path: `${path}/likes`, headers: this.headers };
    }
    if (writes === 0 || node.random.next() >= writes) {
      return { kind: 'http.request', method: 'GET', path, headers: this.headers };
    }
    // Every write writes another name, of whichever load, so that a checker can tell which write a read saw.
    const body = `{"lastName":"w-${node.self}-${node.incarnation}-${node.nextId()}"}`;
    return { kind: 'http.request', method: 'PATCH', path, headers: this.headers, body };
  }

  private end(ending: Ending, dueMs: number): void {
    if (ending.kind === 'problem') return this.fail(ending.short);
    if (ending.status >= 400) return this.fail(String(ending.status));
    this.ok++;
    const us = (this.turn.nowMs - dueMs) * 1_000;
    this.latencies.record(us);
    this.recent.record(us);
    this.ended(0);
  }

  private fail(what: string): void {
    this.failed++;
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
    this.ended(afterFailureMs);
  }

  private ended(pauseMs: number): void {
    const { arrivals } = this;
    const before = arrivals.nextMs;
    arrivals.ended(this.turn.nowMs + pauseMs);
    if (arrivals.nextMs < before) this.sleep();
  }

  private gauge(): void {
    const { report } = this.turn.node;
    const { recent, failed } = this;
    const ms = (share: number): number => recent.percentile(share) / 1_000;
    this.lately = {
      ok: recent.count,
      failed: failed - this.failedBefore,
      p50Ms: ms(0.5),
      p95Ms: ms(0.95),
      p99Ms: ms(0.99),
    };
    report.gauge('load.ok_per_s', recent.count);
    report.gauge('load.p99_ms', this.lately.p99Ms);
    report.gauge('load.outstanding', this.outstanding);
    this.failedBefore = failed;
    recent.reset();
  }
}

function arrivalsOf(shape: LoadShape, startMs: number, random: Random): Arrivals {
  if (shape.loop === 'closed') return new ClosedLoop(startMs, shape.users, shape.thinkMs, random);
  return new OpenLoop(startMs, 1_000 / shape.ratePerS, shape.arrivals === 'poisson', random);
}

function popularityOf({ users, popularity }: ClientLoad): Popularity {
  if (popularity === undefined) return uniform(users);
  if (popularity.law === 'zipf') return zipf(users, popularity.theta);
  return hot(Math.max(users, popularity.user), popularity.user, popularity.share);
}

/** One timer for all arrivals, armed for the next one. */
class Waker extends Timer {
  constructor(
    private readonly inTurn: (work: () => void) => void,
    private readonly wake: () => void,
  ) {
    super();
  }

  override run(): void {
    this.inTurn(this.wake);
  }
}
