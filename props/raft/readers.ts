/**
 * Clients that read: what a read may see is at least what was acknowledged, or read by anybody, before it was asked for.
 * With equal state machines this is linearizability: every write is one moment, the one at which it was applied first.
 */

import type { ReadOutcome } from '../../src/consensus/raft/contract';
import type { ReadMode } from '../../src/consensus/raft/reads';
import { Violation } from '../../src/testing/judge';
import type { Member } from './member';

export class Readers {
  /** How many reads were answered. */
  answered = 0;
  private nextId = 0;
  /** The greatest index that any client knows of. */
  private known = 0;
  private readonly asked = new Map<number, { readonly least: number; readonly mode: ReadMode }>();

  /** A client was told that its write is done, or saw it. */
  learn(index: number): void {
    this.known = Math.max(this.known, index);
  }

  ask(member: Member, mode: ReadMode): void {
    const id = ++this.nextId;
    this.asked.set(id, { least: this.known, mode });
    member.turn((raft, localMs) => raft.read(id, mode, localMs));
  }

  answer({ id: server, machine }: Member, { id, index }: ReadOutcome): void {
    const read = this.asked.get(id);
    this.asked.delete(id);
    if (index === undefined || read === undefined) return;
    if (machine.position < index) {
      throw new Violation('read too early', `${server} may read at ${index}, but has applied only ${machine.position}`);
    }
    if (machine.position < read.least) {
      throw new Violation(
        'stale read',
        `${server} answers a ${read.mode} read at ${machine.position}; ${read.least} was known before it was asked`,
      );
    }
    this.answered++;
    this.learn(machine.position);
  }
}
