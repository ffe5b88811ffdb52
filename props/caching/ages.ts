/**
 * Sees, between the balancer and the web servers, how stale what users are told is: how long before a read began a newer
 * version of the row had been acknowledged.
 */
import type { WorldEvent } from '../../src/kernel/events';
import { httpRequest, httpResponse } from '../../src/protocols/http';

/** A read of one row that showed a version. */
export interface Seen {
  readonly path: string;
  /** Nodes that it came from, nearest to the user first. */
  readonly via: string;
  readonly version: number;
  readonly calledMs: number;
  /** 0: nobody had been told of anything newer. */
  readonly staleMs: number;
}

interface Asked {
  readonly path: string;
  readonly isWrite: boolean;
  readonly calledMs: number;
}

export class Ages {
  reads = 0;
  writes = 0;
  fromCaches = 0;
  private readonly open = new Map<string, Asked>();
  /** Of each row, when which version was acknowledged. */
  private readonly acknowledged = new Map<string, { readonly version: number; readonly atMs: number }[]>();

  /** @param judge is shown every read. */
  constructor(private readonly judge: (seen: Seen) => void) {}

  see(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { id, to, re, body } = event.envelope;
    const nowMs = event.atUs / 1_000;
    if (httpRequest.accepts(body) && to.startsWith('web-')) {
      const { path, method } = body;
      this.open.set(`${to} ${id}`, { path, isWrite: method !== 'GET', calledMs: nowMs });
    } else if (httpResponse.accepts(body) && event.node.startsWith('web-')) {
      const asked = this.open.get(`${event.node} ${re}`);
      this.open.delete(`${event.node} ${re}`);
      const version = Number(/^"(\d+)"$/.exec(body.headers['etag'] ?? '')?.[1]);
      if (asked === undefined || body.status !== 200) return;
      this.told(asked, version, body.headers['via'] ?? '', nowMs);
    }
  }

  private told({ path, isWrite, calledMs }: Asked, version: number, via: string, nowMs: number): void {
    const acknowledged = this.acknowledged.get(path) ?? [];
    if (isWrite) {
      this.writes++;
      acknowledged.push({ version, atMs: nowMs });
      this.acknowledged.set(path, acknowledged);
      return;
    }
    this.reads++;
    if (/\b(cache|gutter)-/.test(via)) this.fromCaches++;
    const newerMs = acknowledged.find((write) => write.version > version)?.atMs ?? calledMs;
    this.judge({ path, via, version, calledMs, staleMs: Math.max(0, calledMs - newerMs) });
  }
}
