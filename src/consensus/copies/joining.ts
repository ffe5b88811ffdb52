/**
 * A copy without data asks all others to be taken in, until their primary has done so. Where nobody has any data, the
 * first of them founds the group.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import { splitId } from '../../kernel/topology';
import { replicationJoined, replicationRefused } from '../../protocols/replication';
import type { CopiesTurn } from './conversation';
import type { Rules } from './rules';
import type { CopiesConfig } from './settings';

/** How it ends. */
export interface Joined {
  joined(rules: Rules): void;
  /** Nobody has any data, and it is the first of those who are there. */
  alone(): void;
  waits(reason: string): void;
}

/** All copies of the same data, as last told. */
export function poolOf({ node }: CopiesTurn): readonly NodeId[] {
  return node.members.now[node.pool] ?? [];
}

/** The other copies. */
export function peersOf(turn: CopiesTurn): readonly NodeId[] {
  return poolOf(turn).filter((id) => id !== turn.node.self);
}

/** Who joins. */
interface Newcomer {
  /** It never was part of a group. */
  readonly isBlank: boolean;
  readonly noun: string;
}

export class Joining {
  /** What the others said in this round. */
  private readonly said = new Map<NodeId, string>();
  private cancelRound: Cancel = () => undefined;
  private isOver = false;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly live: Live<CopiesConfig>,
    private readonly who: Newcomer,
    private readonly then: Joined,
  ) {}

  get isBlank(): boolean {
    return this.who.isBlank;
  }

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
      if (replicationJoined.accepts(said)) return this.end(() => this.then.joined(said.rules));
      const isBlank = replicationRefused.accepts(said) && said.because === 'blank';
      this.said.set(peer, isBlank ? 'blank' : reasonOf(said));
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
    const nobody = `there is no other ${this.who.noun}, or none that answers`;
    const [[peer, text] = ['nobody', nobody]] = this.said;
    return `it has no data yet and waits to be taken in by the primary (${peer}: ${text})`;
  }
}

function reasonOf(body: { readonly kind: string; readonly reason?: string }): string {
  return body.reason ?? body.kind;
}
