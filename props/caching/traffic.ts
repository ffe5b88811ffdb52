/**
 * Sees what a dead cache server costs the others: what is still sent to it, what the database is asked for in its stead, and
 * whether any user hears of it.
 */
import type { WorldEvent } from '../../src/kernel/events';
import { cacheGet, cacheLoad } from '../../src/protocols/cache';
import { httpResponse } from '../../src/protocols/http';
import { sqlExecute, sqlFailure, sqlResult } from '../../src/protocols/sql';
import { Violation } from '../../src/testing/judge';

interface Query {
  readonly web: string;
  readonly key: string;
  readonly askedMs: number;
  /** Until the answer is there. */
  endedMs: number;
}

export class Traffic {
  /** Web servers that count the dead one as dead. */
  readonly ejected = new Set<string>();
  private readonly queries: Query[] = [];
  private readonly open = new Map<string, Query>();
  /** What was asked of the dead one: when, what, by whom. */
  private readonly sentTo: { readonly atMs: number; readonly text: string }[] = [];
  private failed: string | undefined;

  constructor(private readonly dead: string) {}

  see(event: WorldEvent): void {
    const atMs = event.atUs / 1_000;
    if (event.type === 'act') {
      if (event.act === `eject ${this.dead}`) this.ejected.add(event.node);
      if (event.act === `readmit ${this.dead}`) this.ejected.delete(event.node);
      return;
    }
    if (event.type === 'delivered' || event.type === 'sent') {
      const { re, to, id, from, body } = event.envelope;
      if (event.type === 'delivered') {
        if ((sqlResult.accepts(body) || sqlFailure.accepts(body)) && to.startsWith('web-'))
          this.ends(`${to} ${re}`, atMs);
      } else if (sqlExecute.accepts(body) && from.startsWith('web-')) {
        const query = {
          web: from,
          key: `row:user:${body.parameters[0]}`,
          askedMs: atMs,
          endedMs: Number.POSITIVE_INFINITY,
        };
        this.queries.push(query);
        this.open.set(`${from} ${id}`, query);
      } else if (to === this.dead && (cacheGet.accepts(body) || cacheLoad.accepts(body))) {
        this.sentTo.push({ atMs, text: `${from} asked ${to} for ${body.key}` });
      } else if (httpResponse.accepts(body) && from.startsWith('web-') && body.status >= 500) {
        this.failed ??= `${from} at ${Math.round(atMs)} ms: ${body.status} ${body.body}`;
      }
    }
  }

  /** Nobody was told an error. */
  demandServed(): void {
    if (this.failed !== undefined) throw new Violation('an error', this.failed);
  }

  /** Who knows that it is dead tells it what it missed and asks whether it lives, and no more. */
  demandOnlyProbes(sinceMs: number): void {
    const wrong = this.sentTo.find(({ atMs }) => atMs > sinceMs);
    if (wrong !== undefined) throw new Violation('asks the dead', `${wrong.text} at ${Math.round(wrong.atMs)} ms`);
  }

  /** The database is asked for no row twice within so long. */
  demandOnePer(ms: number, sinceMs: number): void {
    const last = new Map<string, number>();
    for (const { key, askedMs } of this.queries) {
      if (askedMs < sinceMs) continue;
      const agoMs = askedMs - (last.get(key) ?? Number.NEGATIVE_INFINITY);
      if (agoMs < ms)
        throw new Violation('herd', `the database was asked for ${key} twice within ${Math.round(agoMs)} ms`);
      last.set(key, askedMs);
    }
  }

  /** No web server asks the database for a row while it waits for that row. */
  demandOneAtATime(sinceMs: number): void {
    const untilMs = new Map<string, number>();
    for (const { web, key, askedMs, endedMs } of this.queries) {
      if (askedMs < sinceMs) continue;
      const of = `${web} ${key}`;
      if (askedMs < (untilMs.get(of) ?? 0))
        throw new Violation('herd', `${web} asked for ${key} while it was on its way`);
      untilMs.set(of, endedMs);
    }
  }

  private ends(question: string, atMs: number): void {
    const query = this.open.get(question);
    if (query === undefined) return;
    query.endedMs = atMs;
    this.open.delete(question);
  }
}
