/**
 * What became of a row in a cache: who put the copy there, when the database had said it, and what was written to the row
 * between then and the moment at which the copy was given out. All of it is read off the messages: a copy is known again by
 * the number that its server gave to no other write, and who put it there did so because of an answer of the database.
 */
import type { Envelope, NodeId } from '../../src/kernel/envelope';
import { messageKey, type WorldEvent } from '../../src/kernel/events';
import { type CacheSet, cacheDelete, cacheMissing, cacheSet, cacheStored, cacheValue } from '../../src/protocols/cache';
import { decoded } from '../../src/protocols/cached-row';
import { type SqlExecute, type SqlTransaction, sqlExecute, sqlResult, sqlTransaction } from '../../src/protocols/sql';

/** A copy that a cache server gave out. */
export interface Copy {
  readonly server: NodeId;
  readonly key: string;
  /** The server's number for it. */
  readonly cas: number;
  /** It had been dropped, and was given out as such. */
  readonly wasDropped: boolean;
  /** When it was given out. */
  readonly atUs: number;
  /** Everything up to this log position was in the row. */
  readonly position: number;
  readonly term: number | undefined;
  /** The position of the write that made the row. */
  readonly version: number | undefined;
  readonly rows: number;
}

/** How a copy came to be. */
export interface Fill {
  /** Who put it there: a web server, or for reads that go through the cache the cache server itself. */
  readonly by: NodeId;
  readonly database: NodeId;
  /** With what the row is read. */
  readonly question: SqlExecute;
  /** When the database was asked, when it answered, and when the copy was there. */
  readonly askedUs: number;
  readonly saidUs: number;
  readonly storedUs: number;
  /** For how long it was to stay, where that was said. */
  readonly seconds: number | undefined;
}

/** A write of the row that the copy knew nothing of. */
export interface NewerWrite {
  readonly position: number;
  /** When the database said that it was safe. */
  readonly atUs: number;
}

/** What the database had newer when the copy was given out. */
export interface Behind {
  /** In the order of the log. */
  readonly writes: readonly NewerWrite[];
  /** How long the first of them had been there; 0 where there is none. */
  readonly staleUs: number;
  /** Later writes of the same table of which these events do not tell whether they touched the row. */
  readonly unclear: number;
}

/** The copy with which the question of this key was answered, if it was. */
export function copyOf(events: readonly WorldEvent[], question: string): Copy | undefined {
  for (const { event, mail } of sentIn(events)) {
    const { body } = mail;
    if (questionOf(mail) !== question) continue;
    const said = cacheValue.accepts(body) || cacheMissing.accepts(body) ? body : undefined;
    const given = said?.kind === 'cache.missing' ? said.stale : said;
    const row = given === undefined ? undefined : decoded(given.value);
    if (row === undefined || given === undefined || said === undefined) continue;
    const { position, term, writeId, rows } = row;
    const version = writeId === undefined ? undefined : Number(writeId);
    return {
      server: event.node,
      key: said.key,
      cas: given.cas,
      wasDropped: said.kind === 'cache.missing',
      atUs: event.atUs,
      position,
      term,
      version,
      rows: rows.length,
    };
  }
  return undefined;
}

/** Whether an event is the one by which this copy came to be. */
export function isBirth(event: WorldEvent, { server, key, cas }: Copy): boolean {
  if (event.type !== 'sent' || event.node !== server) return false;
  const { body }: Envelope = event.envelope;
  if (cacheStored.accepts(body)) return body.key === key && body.cas === cas;
  return cacheValue.accepts(body) && body.key === key && body.cas === cas && body.loaded === 'asked';
}

/** Where a copy came from, if these events go back so far. */
export function fillOf(events: readonly WorldEvent[], copy: Copy): Fill | undefined {
  const birth = events.find((event) => isBirth(event, copy));
  if (birth?.type !== 'sent') return undefined;
  const sets = sentIn(events).flatMap(({ event, mail }) => {
    const { body } = mail;
    return cacheSet.accepts(body) && messageKey(mail) === questionOf(birth.envelope) ? [{ event, mail, body }] : [];
  });
  const set: { readonly event: WorldEvent; readonly mail: Envelope; readonly body?: CacheSet } = sets[0] ?? {
    event: birth,
    mail: birth.envelope,
  };
  const because = set.mail.cause === undefined ? '' : messageKey(set.mail.cause);
  const said = sentIn(events).find(({ mail }) => messageKey(mail) === because && mail.to === set.event.node);
  const asked = sentIn(events).find(({ mail }) => said !== undefined && messageKey(mail) === questionOf(said.mail));
  if (said === undefined || asked === undefined || !sqlExecute.accepts(asked.mail.body)) return undefined;
  return {
    by: set.event.node,
    database: said.event.node,
    question: asked.mail.body,
    askedUs: asked.event.atUs,
    saidUs: said.event.atUs,
    storedUs: birth.atUs,
    seconds: set.body?.seconds,
  };
}

/** Hears events one after the other and keeps which writes touched one row. */
export class RowWrites {
  private readonly open = new Map<string, SqlTransaction | SqlExecute>();
  private readonly sure = new Map<number, number>();
  private readonly unclear = new Map<number, number>();
  private readonly told: { readonly version: number; readonly atUs: number }[] = [];
  /** What the row was at which position, by the answers to other reads of it. */
  private readonly seen: { readonly position: number; readonly version: number }[] = [];
  private readonly changesTable: RegExp;

  constructor(
    private readonly key: string,
    private readonly question: SqlExecute,
  ) {
    const tables = [...question.statement.matchAll(/\b(?:FROM|JOIN)\s+(\w+)/gi)].map(([, table]) => table).join('|');
    const verbs = 'UPDATE|DELETE\\s+FROM|(INSERT|REPLACE)\\b.*?\\bINTO';
    this.changesTable = new RegExp(`^\\s*(${verbs})\\s+(${tables})\\b`, 'is');
  }

  see(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { envelope: mail, atUs } = event;
    const { body }: Envelope = mail;
    if (sqlTransaction.accepts(body) || sqlExecute.accepts(body)) {
      if (this.isOfRow(body) !== 'no') this.open.set(messageKey(mail), body);
      return;
    }
    if (cacheDelete.accepts(body)) {
      if (body.key === this.key && body.version !== undefined) this.told.push({ version: body.version, atUs });
      return;
    }
    const asked = questionOf(mail);
    const open = asked === undefined ? undefined : this.open.get(asked);
    if (asked === undefined || open === undefined) return;
    this.open.delete(asked);
    if (!sqlResult.accepts(body)) return;
    const { position, changes, writeId } = body;
    if (open.kind === 'sql.execute') {
      if (writeId !== undefined) this.seen.push({ position, version: Number(writeId) });
    } else if (changes > 0) {
      const list = this.isOfRow(open) === 'yes' ? this.sure : this.unclear;
      if (!list.has(position)) list.set(position, atUs);
    }
  }

  /** What was newer in the database when this copy was given out. */
  behind({ position, atUs }: Copy): Behind {
    const by = new Map([...this.sure].filter(([at, sinceUs]) => at > position && sinceUs <= atUs));
    let unclear = 0;
    for (const [at, sinceUs] of this.unclear) {
      if (at <= position || sinceUs > atUs) continue;
      const verdict = this.verdictOn(at);
      if (verdict === 'touched') by.set(at, sinceUs);
      else if (verdict === 'unclear') unclear++;
    }
    const writes = [...by].map(([at, sinceUs]) => ({ position: at, atUs: sinceUs }));
    writes.sort((one, other) => one.position - other.position);
    return { writes, unclear, staleUs: atUs - Math.min(atUs, ...writes.map((write) => write.atUs)) };
  }

  /** By what others were told of the row: that it is by this write, or that with this write in it it is by an earlier one. */
  private verdictOn(at: number): 'touched' | 'untouched' | 'unclear' {
    const isBy = this.seen.some(({ version }) => version === at) || this.told.some(({ version }) => version === at);
    if (isBy) return 'touched';
    return this.seen.some(({ position, version }) => position >= at && version < at) ? 'untouched' : 'unclear';
  }

  private isOfRow(body: SqlTransaction | SqlExecute): 'yes' | 'perhaps' | 'no' {
    const { statement, parameters } = this.question;
    const isSame = (list: readonly unknown[]): boolean => parameters.every((value, place) => list[place] === value);
    if (body.kind === 'sql.execute') return body.statement === statement && isSame(body.parameters) ? 'yes' : 'no';
    const reads = body.statements.filter((one) => one.statement === statement);
    if (reads.length > 0) return reads.some((one) => isSame(one.parameters)) ? 'yes' : 'no';
    const changes = body.statements.filter((one) => this.changesTable.test(one.statement));
    if (changes.length === 0) return 'no';
    return changes.some((one) => one.parameters.length > 0 && isSame(one.parameters)) ? 'yes' : 'perhaps';
  }
}

/** The newest question with which the row of a key was read from a database, if these events tell. */
export function questionFor(events: readonly WorldEvent[], key: string): SqlExecute | undefined {
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at];
    if (event?.type !== 'sent') continue;
    const { body }: Envelope = event.envelope;
    const cas = cacheStored.accepts(body) && body.key === key ? body.cas : undefined;
    if (cas === undefined) continue;
    const fill = fillOf(events, { ...nothing, server: event.node, key, cas });
    if (fill !== undefined) return fill.question;
  }
  return undefined;
}

const nothing = { wasDropped: false, atUs: 0, position: 0, term: undefined, version: undefined, rows: 0 };

function sentIn(events: readonly WorldEvent[]): { readonly event: WorldEvent; readonly mail: Envelope }[] {
  return events.flatMap((event) => (event.type === 'sent' ? [{ event, mail: event.envelope }] : []));
}

/** The message that one answers. */
function questionOf({ to, answers, re }: Envelope): string | undefined {
  return re === undefined ? undefined : messageKey({ from: to, incarnation: answers ?? 0, id: re });
}
