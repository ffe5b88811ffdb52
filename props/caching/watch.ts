/**
 * Sees what users are told of rows, between the balancer and the web servers: whether a read that began after a write was
 * acknowledged shows what was there before it; and which rows the database is asked for.
 */
import type { WorldEvent } from '../../src/kernel/events';
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
  private broken: Violation | undefined;

  see(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { id, to, re, body } = event.envelope;
    if (httpRequest.accepts(body) && to.startsWith('web-')) {
      const { path, method } = body;
      const from = this.acknowledged.get(path) ?? 0;
      this.open.set(`${to} ${id}`, { path, isWrite: method !== 'GET', from });
    } else if (httpResponse.accepts(body) && event.node.startsWith('web-')) {
      const asked = this.open.get(`${event.node} ${re}`);
      this.open.delete(`${event.node} ${re}`);
      if (asked !== undefined && body.status === 200) this.told(asked, body.headers, event.atUs / 1_000);
    } else if (sqlExecute.accepts(body) && event.node.startsWith('web-')) {
      this.queries.push({ key: `row:user:${body.parameters[0]}`, atMs: event.atUs / 1_000 });
    }
  }

  /** Throws what was seen that must not be. */
  demand(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  private told({ path, isWrite, from }: Asked, headers: Readonly<Record<string, string>>, atMs: number): void {
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
