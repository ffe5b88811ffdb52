/**
 * A snapshot that comes from a leader in pieces, in order; a piece that is out of order is ignored and sent again. Pieces
 * of two leaders are never mixed, since their state machines may write the same state in different bytes: a follower
 * forgets what it has when it gets another leader.
 */
import type { RaftInstall } from '../../protocols/raft';
import type { Snapshot } from './raft-log';

export class IncomingSnapshot {
  readonly index: number;
  private readonly pieces: Uint8Array[] = [];
  private received = 0;

  constructor({ index }: RaftInstall) {
    this.index = index;
  }

  /** How much of it is here. */
  get bytes(): number {
    return this.received;
  }

  /** Adds a piece; the whole, if it was the last that was missing. What the piece tells of the rest of the log is not in it. */
  add({ index, indexTerm: term, members, terms, offset, piece, isLast }: RaftInstall): Snapshot | undefined {
    if (offset !== this.received) return undefined;
    this.pieces.push(piece);
    this.received += piece.length;
    return isLast
      ? { index, term, members, terms: terms.filter(({ from }) => from <= index), data: this.whole() }
      : undefined;
  }

  private whole(): Uint8Array {
    const whole = new Uint8Array(this.received);
    let offset = 0;
    for (const piece of this.pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    return whole;
  }
}
