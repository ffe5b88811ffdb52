/**
 * Sees what users are told of rows, between the balancer and the web servers: whether a read that began after a write was
 * acknowledged shows what was there before it; and which rows the database is asked for.
 */
import type { WorldEvent } from '../../src/kernel/events';
import { cacheDelete, cacheDeleted } from '../../src/protocols/cache';
import { httpRequest, httpResponse } from '../../src/protocols/http';
import { sqlExecute } from '../../src/protocols/sql';
import { Violation } from '../../src/testing/judge';

interface Asked {
  readonly path: string;
  readonly isWrite: boolean;
  /** The newest version of the row that anybody had been told of by then. */
  readonly from: number;
}

export class Watch {
  /** When the database was asked for which row: `row:user:12` and milliseconds. */
  readonly queries: { readonly key: string; readonly atMs: number }[] = [];
  reads = 0;
  writes = 0;
  fromCaches = 0;
  private readonly open = new Map<string, Asked>();
  private readonly acknowledged = new Map<string, number>();
  /** Invalidations that were told: by the message, and by server and key the newest that was answered. */
  private readonly told = new Map<string, { readonly of: string; readonly version: number }>();
  private readonly heard = new Map<string, number>();
  private broken: Violation | undefined;

  /** @param holdersOf who has to have heard of a write before its copy of the row may not be older; by default nobody. */
  constructor(private holdersOf: (key: string) => readonly string[] = () => []) {}

  /** The newest version of each row that anybody was told of. */
  get known(): ReadonlyMap<string, number> {
    return this.acknowledged;
  }

  see(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { id, to, re, body } = event.envelope;
    if (httpRequest.accepts(body) && to.startsWith('web-')) {
      const { path, method } = body;
      const from = this.demanded(path);
      this.open.set(`${to} ${id}`, { path, isWrite: method !== 'GET', from });
    } else if (httpResponse.accepts(body) && event.node.startsWith('web-')) {
      const asked = this.open.get(`${event.node} ${re}`);
      this.open.delete(`${event.node} ${re}`);
      if (asked !== undefined && body.status === 200) this.shows(asked, body.headers, event.atUs / 1_000);
    } else if (cacheDelete.accepts(body)) {
      this.told.set(`${event.node} ${id}`, { of: `${to} ${body.key}`, version: body.version ?? 0 });
    } else if (cacheDeleted.accepts(body)) {
      const { of, version } = this.told.get(`${to} ${re}`) ?? { of: '', version: 0 };
      this.heard.set(of, Math.max(version, this.heard.get(of) ?? 0));
    } else if (sqlExecute.accepts(body) && event.node.startsWith('web-')) {
      this.queries.push({ key: `row:user:${body.parameters[0]}`, atMs: event.atUs / 1_000 });
    }
  }

  /** From now on all who hold a row count as having heard of every write. */
  demandsAll(): void {
    this.holdersOf = () => [];
  }

  /** Throws what was seen that must not be. */
  demand(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  /** What a read that begins now must show at least. */
  private demanded(path: string): number {
    const key = path.replace(/^\/users\//, 'row:user:');
    const heard = this.holdersOf(key).map((server) => this.heard.get(`${server} ${key}`) ?? 0);
    return Math.min(this.acknowledged.get(path) ?? 0, ...heard);
  }

  private shows({ path, isWrite, from }: Asked, headers: Readonly<Record<string, string>>, atMs: number): void {
    const version = Number(/^"(\d+)"$/.exec(headers['etag'] ?? '')?.[1]);
    if (isWrite) {
      this.writes++;
      this.acknowledged.set(path, Math.max(version, this.acknowledged.get(path) ?? 0));
      return;
    }
    this.reads++;
    if (/\b(cache|gutter)-/.test(headers['via'] ?? '')) this.fromCaches++;
    if (version >= from) return;
    const text = `${path} at ${Math.round(atMs)} ms: version ${version} by ${headers['via']}, and ${from} was acknowledged before`;
    this.broken ??= new Violation('stale read', text);
  }
}
