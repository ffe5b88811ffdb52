/**
 * Tells cache servers which rows were changed, for as long as this copy is the primary: at least once each, in the order of
 * the log. It keeps no list of what a server has not heard. A server knows its place in the log, and what was changed after
 * that is remembered here, by every copy: so nothing is forgotten when the primary dies before it has told. Who has been
 * away for longer than that, or was told of writes that the group has decided without, lets go of all rows.
 *
 * Every server is told of every key: by whose ring a key is whose, web servers and this one may see differently just now.
 */
import { tap } from 'rxjs';
import type { GroupMember } from '../../consensus/group-member/group-member';
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import {
  type CacheHeard,
  type CacheInvalidate,
  type LogPlace,
  samePlace,
  toldKeysMax,
} from '../../protocols/invalidation';
import { RecentChanges } from './recent-changes';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import type { DatabaseState } from './state';

/** Cache servers come and go. */
const lookMs = 250;
/** A server that has not answered by then is told again ... */
const answerMs = 200;
/** ... after this, and twice as long each time. */
const retryMs = 50;
const retryMaxMs = 1_000;

/** A cache server, as who leads the database knows it. */
interface Server {
  /** Where it stands; nobody has asked it yet, or it has heard of nothing in its life. */
  at: LogPlace | 'unknown' | 'nowhere';
  isAsked: boolean;
  failures: number;
  restsUntilMs: number;
  /** It has heard of a later primary. */
  isDeaf: boolean;
}

export class Invalidation {
  private readonly recent: RecentChanges;
  private readonly servers = new Map<NodeId, Server>();
  private isOn = false;
  /** The term in which it tells. */
  private office = 0;
  private cancelLook: Cancel = () => undefined;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
    private readonly state: DatabaseState,
    private readonly member: Pick<GroupMember, 'isServing' | 'position' | 'positionTerm' | 'raft'>,
  ) {
    this.recent = new RecentChanges(this.place);
    this.configure();
    turn.during(live.changes.pipe(tap(() => this.configure())));
  }

  /** The contents are others now: of what was changed up to here nothing is known. */
  installed(): void {
    this.recent.restart(this.place);
  }

  /** A write was applied, by whichever copy this is. */
  applied(): void {
    if (!this.isOn) return;
    this.recent.add(this.place, this.state.open.takeChanged());
    if (this.office > 0) this.tellAll();
  }

  /** Who leads may have changed. */
  turned(): void {
    if (this.isOn && this.term !== this.office) this.look();
  }

  /** For people; nothing where there are no caches to tell. */
  get view(): object | undefined {
    if (!this.isOn || this.office === 0) return undefined;
    return Object.fromEntries([...this.servers].map(([id, server]) => [id, this.standing(server)]));
  }

  private standing({ at, isDeaf }: Server): string {
    if (isDeaf) return 'listens to a later primary';
    if (at === 'unknown') return 'does not answer';
    if (at === 'nowhere') return 'has heard of nothing';
    const owed = this.recent.since(at)?.length;
    if (owed === 0) return 'has heard of everything';
    return owed === undefined
      ? 'is to let go of all rows'
      : `is owed ${owed} write${owed === 1 ? '' : 's'} since ${at.position}`;
  }

  private get place(): LogPlace {
    return { position: this.member.position, term: this.member.positionTerm };
  }

  /** The term in which it leads and has applied all from before, or 0. */
  private get term(): number {
    const { isServing, raft } = this.member;
    return isServing ? (raft?.term ?? 0) : 0;
  }

  private configure(): void {
    const { caches, invalidates } = this.live.now;
    const isOn = caches.length > 0 && invalidates === 'on';
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    this.servers.clear();
    this.state.trackChanges(isOn);
    this.recent.restart(this.place);
    if (isOn) return this.look();
    this.cancelLook();
    this.office = 0;
  }

  private look(): void {
    const { term } = this;
    if (term !== this.office) this.servers.clear();
    this.office = term;
    if (term === 0) return this.cancelLook();
    this.lookAfter(lookMs);
    const { members } = this.turn.node;
    const ids = this.live.now.caches.flatMap((pool) => members.now[pool] ?? []);
    for (const id of this.servers.keys()) if (!ids.includes(id)) this.servers.delete(id);
    for (const id of ids) if (!this.servers.has(id)) this.servers.set(id, unknownServer());
    this.tellAll();
  }

  private lookAfter(ms: number): void {
    this.cancelLook();
    this.cancelLook = this.turn.after(ms, () => this.look());
  }

  private tellAll(): void {
    for (const [id, server] of this.servers) this.tell(id, server);
  }

  private tell(id: NodeId, server: Server): void {
    const { turn, recent, office } = this;
    if (server.isAsked || server.isDeaf || turn.nowMs < server.restsUntilMs) return;
    if (typeof server.at === 'object' && samePlace(server.at, recent.last)) return;
    const body = this.bodyFor(server.at);
    server.isAsked = true;
    turn.ask(id, body, answerMs, (answer) => {
      server.isAsked = false;
      // It is somebody else's to tell, or this server was taken out meanwhile.
      if (this.office !== office || this.servers.get(id) !== server) return;
      if (isExpired(answer) || answer.body.kind !== 'cache.heard') return this.rest(server);
      this.hear(id, server, body, answer.body);
      this.tell(id, server);
    });
  }

  private hear(id: NodeId, server: Server, told: CacheInvalidate, { office, upTo, dropped }: CacheHeard): void {
    server.failures = 0;
    server.isDeaf = office > this.office;
    server.at = upTo ?? 'nowhere';
    if (told.from !== undefined || dropped === 0) return;
    this.turn.node.report.act(
      `empty ${id}`,
      `what it has not heard of is not known any more: ${dropped} row${dropped === 1 ? '' : 's'}`,
    );
  }

  /** Silent, or not there: what it has not heard is told when it is. */
  private rest(server: Server): void {
    const { turn } = this;
    const waitMs = Math.min(retryMaxMs, retryMs * 2 ** server.failures++);
    server.restsUntilMs = turn.nowMs + waitMs;
    if (waitMs < lookMs) this.lookAfter(waitMs);
  }

  private bodyFor(at: Server['at']): CacheInvalidate {
    const { last } = this.recent;
    const sharding = this.state.sqlite?.sharding;
    const whose = sharding === undefined ? {} : { log: sharding.self, epoch: sharding.mapVersion };
    const bare = { kind: 'cache.invalidate', office: this.office, ...whose } as const;
    if (at === 'unknown') return { ...bare, from: last, upTo: last, changed: [] };
    const changes = at === 'nowhere' ? undefined : this.recent.since(at);
    if (at === 'nowhere' || changes === undefined) return { ...bare, upTo: last, changed: [] };
    const changed: CacheInvalidate['changed'] = [];
    let keys = 0;
    let upTo = at;
    for (const change of changes) {
      keys += change.keys.length;
      if (changed.length > 0 && keys > toldKeysMax) break;
      changed.push([change.at.position, [...change.keys]]);
      upTo = change.at;
    }
    return { ...bare, from: at, upTo, changed };
  }
}

function unknownServer(): Server {
  return { at: 'unknown', isAsked: false, failures: 0, restsUntilMs: 0, isDeaf: false };
}
