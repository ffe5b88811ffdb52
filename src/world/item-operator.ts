/**
 * What is said by hand to the stores of items, key-value pairs and documents: to the router where they are sharded, else to
 * whoever is the primary, or to one copy by name.
 */
import type { Body, NodeId } from '../kernel/envelope';
import { poolOf } from '../kernel/topology';
import { type DocAnswer, type DocRequest, docAnswers } from '../protocols/doc';
import type { Freshness } from '../protocols/freshness';
import { type KvAnswer, type KvRequest, kvAnswers } from '../protocols/kv';
import type { Heard, Mode, Now } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';
import { groupsIn } from './replicas';
import { type Referral, SqlOperator } from './sql-operator';

export interface ItemOptions {
  /** Which node is asked, or the primary of which group; by default a router, or the primary of the only group. */
  readonly at?: NodeId;
  /** How fresh a read must be, by default `newest`. */
  readonly fresh?: Freshness;
  readonly timeout?: Duration;
}

/** What a store answered: what it found or did, why it did not (`kv.failure`), or that nobody knows (`kv.unknown`). */
export type KvSaid = { readonly by: NodeId } & KvAnswer;
export type DocSaid = { readonly by: NodeId } & DocAnswer;

export const itemBudgetMs = 5_000;
export const keyValueKind = 'kv';
export const documentKind = 'doc';
const routerKind = 'router';

const reads: readonly string[] = ['kv.get', 'kv.scan', 'doc.get', 'doc.find'];

/** What is asked is asked again elsewhere after these: nothing was done. */
const elsewhere: readonly string[] = ['not-primary', 'starting'];

export abstract class ItemOperator<M extends Mode> extends SqlOperator<M> {
  /**
   * Says something to the key-value store.
   *
   * @throws Refusal if nobody answers
   * @example
   * world.kv({ kind: 'kv.put', key: 'greeting', value: 'hello', ttlMs: 60_000 }).kind; // 'kv.done'
   */
  kv(request: KvRequest, options: ItemOptions = {}): Now<M, KvSaid> {
    return this.chain(this.item(request, keyValueKind, options), ({ by, answer }) => {
      const message = kvAnswers.find((one) => one.accepts(answer));
      if (message?.accepts(answer) !== true) throw new Refusal(`${by} gave an unexpected answer: ${answer.kind}`);
      return this.known({ by, ...answer });
    });
  }

  /**
   * Says something to the document store.
   *
   * @throws Refusal if nobody answers
   * @example
   * world.doc({ kind: 'doc.put', collection: 'users', id: '12', document: { name: 'Ada' } }).kind; // 'doc.done'
   */
  doc(request: DocRequest, options: ItemOptions = {}): Now<M, DocSaid> {
    return this.chain(this.item(request, documentKind, options), ({ by, answer }) => {
      const message = docAnswers.find((one) => one.accepts(answer));
      if (message?.accepts(answer) !== true) throw new Refusal(`${by} gave an unexpected answer: ${answer.kind}`);
      return this.known({ by, ...answer });
    });
  }

  private item(
    request: KvRequest | DocRequest,
    kind: string,
    { at, fresh, timeout = itemBudgetMs }: ItemOptions,
  ): Now<M, { readonly by: NodeId; readonly answer: Body }> {
    const isRead = reads.includes(request.kind);
    if (fresh !== undefined && !isRead) throw new Refusal('how fresh data must be is a question of reads');
    const body = fresh === undefined ? request : { ...request, freshness: fresh };
    const referral = (heard: Heard): Referral | undefined => referralOf(heard, isRead);
    const following = { body, budgetMs: durationMs(timeout), referral };
    const routers = at === undefined ? this.routersOf(kind) : [];
    const found = routers.length > 0 ? this.follow(following, routers) : this.toPrimary(following, at, [kind]);
    return this.chain(found, ({ by, heard }) => {
      if ('answer' in heard) return this.known({ by, answer: heard.answer });
      if (isRead || heard.why === 'not-reached') throw new Refusal(heard.reason);
      const answer = { kind: `${kind}.unknown`, reason: heard.reason };
      return this.known({ by, answer });
    });
  }

  /** Those who know which shard has what, where the store is sharded. */
  private routersOf(kind: string): readonly NodeId[] {
    const { nodes } = this.topology;
    const isSharded = groupsIn(this.topology, [kind]).some((pool) => pool !== kind);
    return isSharded ? nodes.filter((node) => poolOf(node) === routerKind).map(({ id }) => id) : [];
  }
}

/** A write that somebody may have got must not be given to another one as well. */
function referralOf(heard: Heard, isRead: boolean): Referral | undefined {
  if ('reason' in heard) return heard.why === 'not-reached' || isRead ? {} : undefined;
  const { answer } = heard;
  if (!('because' in answer) || !elsewhere.includes(String(answer.because))) return undefined;
  return 'primary' in answer && typeof answer.primary === 'string' ? { to: answer.primary } : {};
}
