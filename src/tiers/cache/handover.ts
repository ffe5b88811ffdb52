/**
 * Whose a key is while servers come and go, where writes lie here that the database does not have. Whoever comes to a key
 * asks all others first to bring into the database what was written to it there, and says so long that it has to come
 * again; whoever is told who the servers are takes nothing more for keys that are not his by that.
 *
 * Who is silent for `handoverMs` is not waited for: it is dead, or its writes are kept from the database by the versions that
 * they were made from, and reported.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import { CacheRing } from '../../protocols/cache-ring';
import type { CacheLeave } from '../../protocols/write-back';
import type { CacheConfig, CacheTurn } from './settings';

const nobody: readonly NodeId[] = [];
/** For so long the word of a peer who knows of other servers counts; by then the own news is there. */
const hearsayMs = 2_000;

export class Handover {
  private own = new CacheRing([]);
  private known: readonly NodeId[] = nobody;
  /** As of the last change, those who may have something of what is here now. */
  private former: readonly NodeId[] = [];
  /** The servers for which all others have left what is not theirs. */
  private taken: readonly NodeId[] = [];
  private waitingFor: Set<NodeId> | undefined;
  private said: { readonly ring: CacheRing; readonly untilMs: number } | undefined;

  constructor(
    private readonly turn: CacheTurn,
    private readonly settings: () => CacheConfig,
  ) {}

  /** Whether this server has the key, by all that it knows. */
  isMine(key: string): boolean {
    const { self } = this.turn.node;
    const { said } = this;
    if (said !== undefined && this.turn.nowMs < said.untilMs && said.ring.serverOf(key) !== self) return false;
    return this.ring.serverOf(key) === self;
  }

  /** Whether it may answer for the key; asked for the first time since the servers changed, it sees to it that it soon may. */
  has(key: string): boolean {
    if (!this.isMine(key)) return false;
    const { servers } = this.ring;
    if (this.taken === servers) return true;
    if (this.waitingFor === undefined) this.takeOver(servers);
    return this.taken === servers;
  }

  /** A peer says who the servers are. */
  hear(servers: readonly NodeId[]): void {
    this.said = { ring: new CacheRing(servers), untilMs: this.turn.nowMs + hearsayMs };
  }

  private get ring(): CacheRing {
    const { members, pool } = this.turn.node;
    const servers = members.now[pool] ?? nobody;
    if (servers === this.known) return this.own;
    this.known = servers;
    if (servers.join() === this.own.servers.join()) return this.own;
    const since = this.taken === this.own.servers ? nobody : this.former;
    this.former = [...new Set([...since, ...this.own.servers, ...servers])];
    this.waitingFor = undefined;
    this.own = new CacheRing(servers);
    return this.own;
  }

  private takeOver(servers: readonly NodeId[]): void {
    const others = new Set(this.former.filter((one) => one !== this.turn.node.self));
    this.waitingFor = others;
    const leave: CacheLeave = { kind: 'cache.leave', servers: [...servers] };
    for (const other of [...others]) {
      this.turn.ask(other, leave, this.settings().handoverMs, (answer) => {
        const problem = isExpired(answer)
          ? 'it is silent'
          : answer.body.kind === 'cache.settled'
            ? undefined
            : 'it is down';
        if (problem !== undefined) this.turn.node.report.act(`take over without ${other}`, problem);
        this.leaves(others, other, servers);
      });
    }
    this.leaves(others, undefined, servers);
  }

  private leaves(others: Set<NodeId>, other: NodeId | undefined, servers: readonly NodeId[]): void {
    if (other !== undefined) others.delete(other);
    if (others.size > 0 || others !== this.waitingFor) return;
    this.waitingFor = undefined;
    this.taken = servers;
  }
}
