/**
 * Clients that read: what a read may see is at least what was acknowledged, or read by anybody, before it was asked for.
 * With equal state machines this is linearizability: every write is one moment, the one at which it was applied first.
 */

import type { ReadOutcome } from '../../src/consensus/raft/contract';
import type { ReadMode } from '../../src/consensus/raft/reads';
import { Violation } from '../../src/testing/judge';
import type { Member } from './member';

export class Readers {
  /** How many reads were answered, and how often a follower knew how fresh it is. */
  answered = 0;
  fresh = 0;
  private nextId = 0;
  /** The greatest index that any client knows of, and since when clients knew of which. */
  private known = 0;
  private readonly history: { readonly atMs: number; readonly index: number }[] = [];
  private readonly asked = new Map<number, { readonly least: number; readonly mode: ReadMode }>();

  /** A client was told that its write is done, or saw it. */
  learn(index: number, atMs: number): void {
    if (index <= this.known) return;
    this.known = index;
    this.history.push({ atMs, index });
  }

  /** What a new leader has not is lost, and known to be. */
  lose({ raft }: Member): void {
    this.known = Math.min(this.known, raft?.lastIndex ?? 0);
    for (const [id, { least, mode }] of this.asked) this.asked.set(id, { least: Math.min(least, this.known), mode });
  }

  ask(member: Member, mode: ReadMode): void {
    const id = ++this.nextId;
    this.asked.set(id, { least: this.known, mode });
    member.turn((raft, localMs) => raft.read(id, mode, localMs));
  }

  /** Reads without asking anybody, where that is allowed. */
  readNow(member: Member, nowMs: number): void {
    const mayRead = member.turn((raft, localMs) => raft.canReadNow(localMs)) ?? false;
    if (mayRead) this.sees(member, this.known, 'local', nowMs);
  }

  answer(member: Member, { id, index }: ReadOutcome, nowMs: number): void {
    const read = this.asked.get(id);
    this.asked.delete(id);
    if (index === undefined || read === undefined) return;
    const { position } = member.machine;
    if (position < index) {
      throw new Violation('read too early', `${member.id} may read at ${index}, but has applied only ${position}`);
    }
    this.sees(member, read.least, read.mode, nowMs);
  }

  /** A server that claims to know how fresh it is had applied all that any client knew of then. */
  lookAtFreshness({ id, raft, machine, rate }: Member, nowMs: number): void {
    const provenAtMs = (raft?.provenAtMs ?? Number.NEGATIVE_INFINITY) / rate;
    if (provenAtMs < 0) return;
    let place = this.history.length - 1;
    while ((this.history[place]?.atMs ?? Number.NEGATIVE_INFINITY) >= provenAtMs) place--;
    const then = this.history[place]?.index ?? 0;
    this.fresh++;
    if (machine.position >= then) return;
    throw new Violation(
      'not as fresh',
      `${id} has applied ${machine.position}; ${then} was known ${Math.round(nowMs - provenAtMs)} ms ago`,
    );
  }

  private sees({ id, machine }: Member, least: number, how: string, nowMs: number): void {
    if (machine.position < least) {
      throw new Violation(
        'stale read',
        `${id} answers a ${how} read at ${machine.position}; ${least} was known before it was asked`,
      );
    }
    this.answered++;
    this.learn(machine.position, nowMs);
  }
}
