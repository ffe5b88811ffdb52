/**
 * What databases told web servers was done, judged at the moment at which they said so, and what web servers had asked
 * for.
 */
import type { Body } from '../../src/kernel/envelope';
import { messageKey, type WorldEvent } from '../../src/kernel/events';
import { type SqlTransaction, sqlResult, sqlTransaction } from '../../src/protocols/sql';

/** A write that a database said was done. */
export interface Acknowledgement {
  /** The message that asked for it; the log knows it by that name. */
  readonly id: string;
  readonly by: string;
  readonly position: number;
  readonly term: number;
  readonly atUs: number;
  readonly asked: SqlTransaction;
}

export class Acknowledgements {
  readonly all: Acknowledgement[] = [];
  /** Every write that was ever asked for, by its id. */
  readonly asked = new Map<string, SqlTransaction>();

  hear(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { envelope } = event;
    const body: Body = envelope.body;
    if (body.kind === sqlTransaction.kind) {
      if (sqlTransaction.accepts(body) && body.recovers === undefined) this.asked.set(messageKey(envelope), body);
      return;
    }
    const { re, answers, to, from } = envelope;
    if (body.kind !== sqlResult.kind || re === undefined || answers === undefined) return;
    const id = messageKey({ from: to, incarnation: answers, id: re });
    const asked = this.asked.get(id);
    if (asked === undefined || !sqlResult.accepts(body)) return;
    const { position, term = 0 } = body;
    this.all.push({ id, by: from, position, term, atUs: event.atUs, asked });
  }

  /** The highest place in the log of which anybody was told until then. */
  positionAt(atUs: number): number {
    return this.all.reduce((most, one) => (one.atUs <= atUs ? Math.max(most, one.position) : most), 0);
  }
}
