/**
 * What is done to the copies of the data by hand: who leads them, when a write counts as done, and what becomes of the
 * writes that a former primary took into its grave.
 */
import type { Body, NodeId } from '../kernel/envelope';
import type { Census } from '../kernel/runtime';
import { type NodeSpec, poolOf } from '../kernel/topology';
import { type ItemWrite, itemWriteIn } from '../protocols/lost-items';
import { observersPromoted, observersRefused } from '../protocols/observers';
import {
  type LostWrite,
  type ReplicationMode,
  type ReplicationSettled,
  type ReplicationTailed,
  replicationChanged,
  replicationRefused,
  replicationTailed,
} from '../protocols/replication';
import { type DocSaid, ItemOperator, type KvSaid } from './item-operator';
import type { Heard, Mode, Now } from './operator';
import { Refusal } from './quantities';
import { groupsIn, isAlive, observerKind, observersOf, storeKinds } from './replicas';
import { inTurn, type Referral, sqlBudgetMs } from './sql-operator';

/** Writes that a copy held and the group decided without. */
export interface LostWrites {
  readonly writes: readonly LostWrite[];
  /** Places of the log whose writes only a snapshot told of, and that snapshot had to go. */
  readonly unaccounted: readonly { readonly from: number; readonly to: number }[];
  /** So many more found no room. */
  readonly forgotten: number;
}

/** What came of a lost write that was to be done once more; what was not done is a `Refusal`. */
export type Replayed =
  | { readonly outcome: 'done'; readonly by: NodeId; readonly position: number; readonly recoveredBefore?: number }
  | { readonly outcome: 'unknown'; readonly by: NodeId; readonly reason: string };

export const replicateBudgetMs = 5_000;
/** A promotion waits for promises, and for the lease of the last primary. */
export const promoteBudgetMs = 10_000;
const tailBudgetMs = 5_000;

export abstract class ReplicationOperator<M extends Mode> extends ItemOperator<M> {
  /**
   * Acknowledges writes from now on in this mode; `replicas` says after how many, for `semi-sync`; `of` names the group
   * of copies where there are several.
   *
   * @example
   * world.replicate('semi-sync', { replicas: 1 }); // 'semi-sync 1'
   */
  replicate(
    mode: ReplicationMode,
    { replicas, at, of }: { readonly replicas?: number; readonly at?: NodeId; readonly of?: string } = {},
  ): Now<M, string> {
    const told = this.topology.nodes.find(({ id }) => id === at);
    const pool = told === undefined ? this.groupMeant(storeKinds, of) : poolOf(told);
    const others = this.topology.nodes.filter((node) => poolOf(node) === pool).length - 1;
    if ((replicas ?? 1) > others && mode === 'semi-sync') {
      const there = others < 1 ? 'there is none' : others === 1 ? 'there is one' : `there are ${others}`;
      throw new Refusal(`semi-sync ${replicas ?? 1} waits for ${replicas ?? 1} beside the primary, and ${there}`);
    }
    const body = { kind: 'replication.set', mode, ...(replicas === undefined ? {} : { replicas }) };
    const following = { body, budgetMs: replicateBudgetMs, referral: databaseReferral };
    return this.chain(this.toPrimary(following, at ?? pool, storeKinds), ({ by, heard }) => {
      const answer = heardAnswer(heard);
      if (replicationChanged.accepts(answer)) return this.known(`${by}: ${answer.mode} from now on`);
      throw new Refusal(replicationRefused.accepts(answer) ? answer.reason : unexpected(by, answer));
    });
  }

  /**
   * Makes a copy the primary, through the observers. Refused when writes that were acknowledged may be lost by it, unless
   * it is forced.
   */
  promote(to: NodeId, { force = false, by }: { readonly force?: boolean; readonly by?: NodeId } = {}): Now<M, string> {
    const body = { kind: 'observers.promote', to, force };
    const following = { body, budgetMs: promoteBudgetMs, referral: observerReferral };
    return this.chain(this.census(), (census) => {
      const status = census.nodes.find(({ spec }) => spec.id === to);
      if (status === undefined) throw new Refusal(`there is no node ${to}`);
      if (!isAlive(status.state))
        throw new Refusal(`${to} is dead and cannot lead (${status.reason}); first: restart ${to}`);
      const observers = by === undefined ? this.observersOf(census, status.spec) : [by];
      if (observers.length === 0) {
        throw new Refusal('there are no observers here who could promote anybody: the copies elect their primary');
      }
      return this.chain(this.follow(following, observers), (found) => {
        if ('reason' in found.heard)
          throw new Refusal(`no observer that decides can be reached: ${found.heard.reason}`);
        const { answer } = found.heard;
        if (observersPromoted.accepts(answer)) return this.known(answer.text);
        throw new Refusal(observersRefused.accepts(answer) ? answer.reason : unexpected(found.by, answer));
      });
    });
  }

  /** Where there are several groups, a copy says who observes it. */
  private observersOf(census: Census, copy: NodeSpec): readonly NodeId[] {
    const all = inTurn(census.nodes.filter(({ spec }) => spec.kind === observerKind));
    if (groupsIn(this.topology).length < 2) return all;
    const own = observersOf(copy);
    return all.filter((id) => own.includes(id));
  }

  /** What a copy had to give up when it found that the others had decided otherwise. */
  lostWrites(node: NodeId): Now<M, LostWrites> {
    return this.tailed(node, { kind: 'replication.tail' });
  }

  /** Does a lost write of a copy once more, at its primary; done before, it is not done again. */
  replayLost({ id, statements }: LostWrite, node?: NodeId): Now<M, Replayed> {
    const copy = this.topology.nodes.find((one) => one.id === node);
    const [first] = statements;
    const item = first === undefined ? undefined : itemWriteIn(first);
    if (item !== undefined) return this.replayItem(item, id, copy && poolOf(copy));
    const commands = statements.map(({ statement, parameters }) => ({ statement, parameters: [...parameters] }));
    return this.chain(
      this.say({ kind: 'sql.transaction', statements: commands, recovers: id }, sqlBudgetMs, copy && poolOf(copy)),
      (answer): Now<M, Replayed> => this.known(answer),
    );
  }

  /** At the group that lost it: it knows whether it did it before. An index is kept once, however often that is said. */
  private replayItem(item: ItemWrite, recovers: string, at: string | undefined): Now<M, Replayed> {
    const options = at === undefined ? {} : { at };
    switch (item.kind) {
      case 'kv.put':
      case 'kv.delete':
        return this.chain(this.kv({ ...item, recovers }, options), (said) => this.known(replayed(said)));
      case 'doc.index':
        return this.chain(this.doc(item, options), (said) => this.known(replayed(said)));
      default:
        return this.chain(this.doc({ ...item, recovers }, options), (said) => this.known(replayed(said)));
    }
  }

  /** These need not be kept any more; gives back what is left. */
  settleLost(node: NodeId, ids: readonly string[]): Now<M, LostWrites> {
    const settled: ReplicationSettled = { kind: 'replication.settled', ids: [...ids] };
    return this.tailed(node, settled);
  }

  private tailed(node: NodeId, body: Body): Now<M, LostWrites> {
    return this.tell(node, body, tailBudgetMs, (answer, settle) => {
      if (replicationTailed.accepts(answer)) settle.done(lostWritesOf(answer));
      else settle.refused(reasonIn(answer) ?? unexpected(node, answer));
    });
  }
}

function replayed(said: KvSaid | DocSaid): Replayed {
  const { by } = said;
  if (said.kind === 'kv.unknown' || said.kind === 'doc.unknown') return { outcome: 'unknown', by, reason: said.reason };
  if (said.kind === 'kv.failure' || said.kind === 'doc.failure') throw new Refusal(said.reason);
  const before = 'recoveredBefore' in said ? said.recoveredBefore : undefined;
  return { outcome: 'done', by, position: said.position, ...(before === undefined ? {} : { recoveredBefore: before }) };
}

function lostWritesOf({ writes, unaccounted = [], forgotten }: ReplicationTailed): LostWrites {
  return { writes, unaccounted, forgotten };
}

function databaseReferral(heard: Heard): Referral | undefined {
  if ('reason' in heard) return heard.why === 'not-reached' ? {} : undefined;
  const { answer } = heard;
  if (!replicationRefused.accepts(answer) || answer.because !== 'not-primary') return undefined;
  return answer.primary === undefined ? {} : { to: answer.primary };
}

function observerReferral(heard: Heard): Referral | undefined {
  if ('reason' in heard) return {};
  const { answer } = heard;
  return observersRefused.accepts(answer) && answer.ask !== undefined ? { to: answer.ask } : undefined;
}

function heardAnswer(heard: Heard): { readonly kind: string } {
  if ('reason' in heard) throw new Refusal(heard.reason);
  return heard.answer;
}

function reasonIn(answer: object): string | undefined {
  return 'reason' in answer && typeof answer.reason === 'string' ? answer.reason : undefined;
}

function unexpected(by: NodeId, { kind }: { readonly kind: string }): string {
  return `${by} gave an unexpected answer: ${kind}`;
}
