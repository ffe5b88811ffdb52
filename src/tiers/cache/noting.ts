/**
 * Tells a peer which writes the database does not have yet, and which of them it has by now: one message at a time, with all
 * that has come up since the last. The peer is the next server of the pool that answers. One that does not, or that has
 * begun anew and knows nothing, is told everything from the beginning in another book; only then is anything noted again.
 *
 * A write is noted before it is acknowledged, and leaves the book only when the database has it or will never have it.
 * So of a server that dies the last book holds every acknowledged write that is lost, and beside these only writes that were
 * on their way: to the database, or to whoever wrote them.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { LedgerNote } from '../../protocols/write-back';
import type { CacheConfig, CacheTurn } from './settings';

/** Who has noted something; undefined: nobody there is can. */
export interface Book {
  readonly server: NodeId;
  readonly book: number;
}

type Told = (by: Book | undefined) => void;

interface Line {
  readonly seq: number;
  readonly id: string;
  readonly key: string;
  told: Told | undefined;
}

/** Conflicts of this life that a new book begins with. */
const conflictsMax = 1_000;

export class Noting {
  private readonly open = new Map<number, Line>();
  private readonly conflicts: Line[] = [];
  /** Not told yet. */
  private fresh: Line[] = [];
  private over: { readonly seqs: readonly number[]; readonly isConflict: boolean; readonly then: () => void }[] = [];
  private current: Book | undefined;
  private books = 0;
  private isAsking = false;
  private isLonely = false;
  private isBeating = false;
  private readonly tried = new Set<NodeId>();

  constructor(
    private readonly turn: CacheTurn,
    private readonly settings: () => CacheConfig,
    /** Whether more may be written. */
    private readonly isWriting: () => boolean,
    /** Called when nobody is left who notes: what is open should not stay so. */
    private readonly lonely: () => void,
  ) {}

  get ledger(): NodeId | undefined {
    return this.current?.server;
  }

  /** @param told called once: who has it now, or that nobody can note it. */
  note(seq: number, id: string, key: string, told: Told): void {
    const line = { seq, id, key, told };
    this.open.set(seq, line);
    if (this.isLonely) return this.answer(line, undefined);
    this.fresh.push(line);
    this.tell();
  }

  /** The database has these writes, or will never have them. @param then when no book has them as open any more. */
  end(seqs: readonly number[], isConflict: boolean, then: () => void): void {
    for (const seq of seqs) {
      const line = this.open.get(seq);
      this.open.delete(seq);
      if (line !== undefined && isConflict) this.conflicts.push(line);
    }
    this.conflicts.splice(0, Math.max(0, this.conflicts.length - conflictsMax));
    if (this.books === 0) return then();
    this.over.push({ seqs, isConflict, then });
    this.over.splice(0, Math.max(0, this.over.length - this.settings().dirtyMax));
    this.tell();
  }

  private tell(): void {
    if (this.isAsking || this.isLonely) return;
    if (this.current === undefined) return this.begin();
    const { fresh, over } = this;
    if (fresh.length === 0 && over.length === 0) return this.beatLater();
    const of = (isConflict: boolean): number[] =>
      over.flatMap((one) => (one.isConflict === isConflict ? one.seqs : nothing));
    this.say(this.current, fresh, { begins: false, done: of(false), conflicts: of(true) });
  }

  /** A book that holds all that is open; what is over needs no word. */
  private begin(): void {
    const server = this.nextPeer();
    if (server === undefined) return this.loneliness();
    const conflicts = this.conflicts.map(({ seq }) => seq);
    this.say({ server, book: ++this.books }, [...this.conflicts, ...this.open.values()], {
      begins: true,
      done: [],
      conflicts,
    });
  }

  private say(book: Book, lines: readonly Line[], rest: Pick<LedgerNote, 'begins' | 'done' | 'conflicts'>): void {
    const { over } = this;
    this.fresh = [];
    this.over = [];
    this.isAsking = true;
    const notes = lines.map(({ seq, id, key }) => ({ seq, id, key }));
    const message: LedgerNote = { kind: 'ledger.note', book: book.book, notes, ...rest };
    this.turn.ask(book.server, message, this.settings().ledgerMs, (answer) => {
      this.isAsking = false;
      const said = isExpired(answer) ? undefined : answer.body.kind;
      if (said === 'ledger.noted') {
        this.current = book;
        this.tried.clear();
        for (const { then } of over) then();
        for (const line of lines) this.answer(line, book);
      } else {
        // What is over stays unsaid until another book begins without it.
        this.over = [...over, ...this.over];
        this.current = undefined;
        if (said !== 'ledger.unknown' || rest.begins) this.tried.add(book.server);
      }
      this.tell();
    });
  }

  /** So that the death of whoever keeps the book is noticed, though nothing happens. */
  private beatLater(): void {
    if (this.isBeating || this.isIdle) return;
    this.isBeating = true;
    this.turn.after(beatOf(this.settings()), () => {
      this.isBeating = false;
      if (this.isIdle || this.isAsking || this.isLonely) return;
      if (this.current === undefined || this.fresh.length + this.over.length > 0) return this.tell();
      this.say(this.current, [], { begins: false, done: [], conflicts: [] });
    });
  }

  /** Nothing is in the book, nor will be: nothing would be missed if whoever keeps it had died. */
  private get isIdle(): boolean {
    return this.books === 0 || (!this.isWriting() && this.open.size + this.conflicts.length === 0);
  }

  private loneliness(): void {
    this.isLonely = true;
    this.fresh = [];
    for (const line of this.open.values()) this.answer(line, undefined);
    this.lonely();
    this.turn.after(beatOf(this.settings()), () => {
      this.isLonely = false;
      this.tried.clear();
      if (!this.isIdle || this.over.length > 0) this.tell();
    });
  }

  private answer(line: Line, by: Book | undefined): void {
    const { told } = line;
    line.told = undefined;
    told?.(by);
  }

  /** The next one of the pool that has not failed. */
  private nextPeer(): NodeId | undefined {
    const { self, pool, members } = this.turn.node;
    const all = members.now[pool] ?? nobody;
    const place = all.indexOf(self);
    return [...all.slice(place + 1), ...all.slice(0, Math.max(0, place))].find((one) => !this.tried.has(one));
  }
}

/** How often the one who keeps the book is heard of, or looked for while there is none. */
function beatOf({ ledgerMs }: CacheConfig): number {
  return 2 * ledgerMs;
}

const nobody: readonly NodeId[] = [];
const nothing: readonly number[] = [];
