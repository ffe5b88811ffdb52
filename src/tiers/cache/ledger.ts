/**
 * What this server has noted for its peers: which of their writes the database does not have yet. It is read when one of
 * them has died, and goes by who says something and in which life, so that a life that is over is told apart by itself.
 */
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { LedgerNote, LedgerNoted, LedgerRecord, LedgerUnknown, Noted } from '../../protocols/write-back';

/** Lives of one server that are kept, and conflicts of one life. */
const livesMax = 8;
const conflictsMax = 1_000;

type Line = Omit<Noted, 'agoMs'> & { readonly atMs: number };

interface Book {
  readonly life: number;
  readonly book: number;
  readonly open: Map<number, Line>;
  readonly conflicts: Line[];
  forgotten: number;
}

export class Ledger {
  /** By server, from its oldest life to its latest. */
  private readonly books = new Map<NodeId, Book[]>();

  constructor(private readonly nowMs: () => number) {}

  take({ from, incarnation }: Envelope, note: LedgerNote): LedgerNoted | LedgerUnknown {
    const { book, begins, notes, done, conflicts } = note;
    const found = begins ? this.begin(from, incarnation, book) : this.find(from, incarnation);
    if (found?.book !== book) return { kind: 'ledger.unknown', book };
    const atMs = this.nowMs();
    for (const { seq, id, key } of notes) found.open.set(seq, { seq, id, key, atMs });
    for (const seq of conflicts) this.conflict(found, seq);
    for (const seq of done) found.open.delete(seq);
    return { kind: 'ledger.noted', book };
  }

  get records(): LedgerRecord[] {
    const nowMs = this.nowMs();
    const told = ({ seq, id, key, atMs }: Line): Noted => ({ seq, id, key, agoMs: nowMs - atMs });
    return [...this.books].flatMap(([server, books]) =>
      books.map(({ life, book, open, conflicts, forgotten }) => ({
        server,
        life,
        book,
        open: [...open.values()].map(told),
        conflicts: conflicts.map(told),
        forgotten,
      })),
    );
  }

  private find(server: NodeId, life: number): Book | undefined {
    return this.books.get(server)?.find((one) => one.life === life);
  }

  /** A new book of a life replaces the one before, unless it comes late. */
  private begin(server: NodeId, life: number, book: number): Book | undefined {
    const before = this.find(server, life);
    if (before !== undefined && before.book >= book) return undefined;
    const made: Book = { life, book, open: new Map(), conflicts: [], forgotten: 0 };
    const others = (this.books.get(server) ?? []).filter((one) => one.life !== life);
    const all = [...others, made].sort((one, other) => one.life - other.life);
    this.books.set(server, all.slice(-livesMax));
    return made;
  }

  private conflict(book: Book, seq: number): void {
    const line = book.open.get(seq);
    if (line === undefined) return;
    book.open.delete(seq);
    book.conflicts.push(line);
    if (book.conflicts.length <= conflictsMax) return;
    book.conflicts.shift();
    book.forgotten++;
  }
}
