/**
 * A copy without data asks all others to be taken in, until their primary has done so. Where nobody has any data, the
 * first of them founds the group.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import { splitId } from '../../kernel/topology';
import type { Rules } from './rules';
import type { DatabaseConfig, DatabaseTurn } from './settings';

/** How it ends. */
export interface Joined {
  joined(rules: Rules): void;
  /** Nobody has any data, and it is the first of those who are there. */
  alone(): void;
  waits(reason: string): void;
}

/** Copies are of one kind. */
const pool = 'db';

/** The databases of the site, as last told. */
export function poolOf({ node }: DatabaseTurn): readonly NodeId[] {
  return node.members.now[pool] ?? [];
}

/** Its other databases. */
export function peersOf(turn: DatabaseTurn): readonly NodeId[] {
  return poolOf(turn).filter((id) => id !== turn.node.self);
}

export class Joining {
  /** What the others said in this round. */
  private readonly said = new Map<NodeId, string>();
  private cancelRound: Cancel = () => undefined;
  private isOver = false;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
    /** It never was part of a group. */
    readonly isBlank: boolean,
    private readonly then: Joined,
  ) {}

  begin(): void {
    if (this.isOver) return;
    const peers = peersOf(this.turn);
    if (peers.length === 0 && this.mayFound()) return this.end(() => this.then.alone());
    this.then.waits(this.reason());
    this.said.clear();
    for (const peer of peers) this.ask(peer);
    this.cancelRound = this.turn.after(this.live.now.joinMs, () => this.begin());
  }

  private ask(peer: NodeId): void {
    const { node } = this.turn;
    const body = { kind: 'replication.join', life: node.incarnation } as const;
    this.turn.ask(peer, body, this.live.now.joinMs, (answer) => {
      if (this.isOver || isExpired(answer)) return;
      const said = answer.body;
      if (said.kind === 'replication.joined') return this.end(() => this.then.joined(said.rules));
      this.said.set(peer, said.kind === 'replication.refused' && said.because === 'blank' ? 'blank' : reasonOf(said));
      const peers = peersOf(this.turn);
      const areAllBlank = peers.every((other) => this.said.get(other) === 'blank');
      if (areAllBlank && this.isFirstOf(peers) && this.mayFound()) this.end(() => this.then.alone());
    });
  }

  /** Whoever had data once never begins anew: others may still have it. */
  private mayFound(): boolean {
    return this.isBlank && this.live.now.group.length === 0;
  }

  private isFirstOf(peers: readonly NodeId[]): boolean {
    const { number } = splitId(this.turn.node.self);
    return peers.every((peer) => splitId(peer).number > number);
  }

  private end(then: () => void): void {
    this.isOver = true;
    this.cancelRound();
    then();
  }

  private reason(): string {
    const [[peer, text] = ['nobody', 'there is no other database, or none that answers']] = this.said;
    return `it has no data yet and waits to be taken in by the primary (${peer}: ${text})`;
  }
}

function reasonOf(body: { readonly kind: string; readonly reason?: string }): string {
  return body.reason ?? body.kind;
}
