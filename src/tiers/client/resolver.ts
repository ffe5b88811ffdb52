/**
 * The resolver in a user's device: asks the name server by datagram, again when there is silence, and remembers what it
 * heard for as long as the answer may be remembered, "no such name" included.
 */
import { concatMap, defaultIfEmpty, filter, map, range, take } from 'rxjs';
import { isExpired } from '../../kernel/asks';
import { type DnsQuery, normalName } from '../../protocols/names';
import type { ClientTurn } from './conversation';

/** Addresses, best first, or in words why there are none. */
export type Resolution = readonly string[] | string;

export interface ResolverSettings {
  /** The name server, as `ip:port`. */
  readonly resolver: string;
  /** How long the first question may take; each further one may take twice as long. */
  readonly dnsTimeoutMs: number;
  readonly dnsAttempts: number;
  /** Names remembered at once; the one that was learnt first is forgotten for a new one. */
  readonly dnsCacheMax: number;
}

interface Remembered {
  readonly resolution: Resolution;
  readonly untilMs: number;
}

type Then = (resolution: Resolution) => void;

export class Resolver {
  private readonly cache = new Map<string, Remembered>();
  /** Who waits for which name: one question serves them all. */
  private readonly waiting = new Map<string, Then[]>();

  constructor(
    private readonly turn: ClientTurn,
    private readonly settings: () => ResolverSettings,
  ) {}

  /** What is remembered and still good. */
  known(host: string): Resolution | undefined {
    const found = this.cache.get(host);
    return found !== undefined && found.untilMs > this.turn.nowMs ? found.resolution : undefined;
  }

  /** Calls back in a later turn, once. Whoever asks has a deadline of its own. */
  lookUp(host: string, then: Then): void {
    const waiting = this.waiting.get(host);
    if (waiting !== undefined) {
      waiting.push(then);
      return;
    }
    this.waiting.set(host, [then]);
    const { resolver, dnsTimeoutMs, dnsAttempts } = this.settings();
    const query: DnsQuery = { kind: 'dns.query', name: normalName(host) };
    const answers = range(0, dnsAttempts).pipe(
      concatMap((attempt) => this.turn.asks(resolver, query, dnsTimeoutMs * 2 ** attempt, { datagram: true })),
      map((answer) => (isExpired(answer) || answer.body.kind !== 'dns.answer' ? undefined : answer.body)),
      filter((answer) => answer !== undefined),
      take(1),
      defaultIfEmpty(undefined),
      map((answer) => {
        if (answer === undefined) {
          // Silence says nothing about the name, so it is not remembered (RFC 2308, 7.2).
          return this.settle(host, `the name server ${resolver} did not answer (${dnsAttempts} attempts)`);
        }
        const resolution = answer.addresses.length > 0 ? answer.addresses : `no such name: ${host}`;
        this.remember(host, resolution, answer.ttlMs);
        this.settle(host, resolution);
      }),
    );
    this.turn.during(answers);
  }

  /** For people: what is remembered, and how much longer. */
  view(): Record<string, unknown> {
    const nowMs = this.turn.nowMs;
    const live = [...this.cache].filter(([, { untilMs }]) => untilMs > nowMs);
    return Object.fromEntries(
      live.map(([host, { resolution, untilMs }]) => [host, { resolution, leftMs: Math.round(untilMs - nowMs) }]),
    );
  }

  private remember(host: string, resolution: Resolution, ttlMs: number): void {
    this.cache.delete(host);
    if (ttlMs <= 0) return;
    const oldest = this.cache.size >= this.settings().dnsCacheMax ? this.cache.keys().next().value : undefined;
    if (oldest !== undefined) this.cache.delete(oldest);
    this.cache.set(host, { resolution, untilMs: this.turn.nowMs + ttlMs });
  }

  private settle(host: string, resolution: Resolution): void {
    const waiting = this.waiting.get(host) ?? [];
    this.waiting.delete(host);
    for (const then of waiting) then(resolution);
  }
}
