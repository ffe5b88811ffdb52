/**
 * One life of a member: what is asked of it, and while it leads its group a conductor for each move that is under way.
 */
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type {
  MoveProgress,
  PlacementAsk,
  PlacementIds,
  PlacementRefused,
  PlacementReshard,
  PlacementSteer,
} from '../../protocols/placement';
import type { RaftMessage } from '../../protocols/raft';
import type { Family } from '../../protocols/shard-map';
import { shardsOf } from '../../sharding/change';
import { mapOf, moveOf, nextId } from '../../sharding/deciding';
import type { Decision, PlacementState } from '../../sharding/decisions';
import { ended, progressOf } from '../../sharding/move-words';
import { Conductor } from './conductor';
import { Ledger } from './ledger';
import type { PlacementConfig, PlacementTurn } from './settings';
import { wish } from './wish';

export class Keeper {
  private readonly ledger: Ledger;
  private readonly conductors = new Map<Family, Conductor>();

  constructor(
    private readonly turn: PlacementTurn,
    private readonly live: Live<PlacementConfig>,
  ) {
    this.ledger = new Ledger(turn, live, { turned: () => this.turned() });
    turn.node.report.expose(() => this.view());
  }

  heard(from: NodeId, message: RaftMessage): void {
    if (this.live.now.group.includes(from)) this.ledger.receive(from, message);
  }

  maps(mail: Envelope, { family }: PlacementAsk): void {
    this.ledger.read((granted) => {
      if (!granted) return this.turn.reply(mail, this.elsewhere());
      const maps = this.ledger.state.maps.filter((map) => family === undefined || map.family === family);
      this.turn.reply(mail, { kind: 'placement.maps', maps });
    });
  }

  ids(mail: Envelope, asked: PlacementIds): void {
    const { family, table, count } = asked;
    if (mapOf(this.ledger.state, family) === undefined)
      return this.impossible(mail, `no ${family} store is sharded here`);
    this.decide(mail, { what: 'ids', family, table, count }, (before) => {
      this.turn.reply(mail, { kind: 'placement.block', first: nextId(before, family, table), count });
    });
  }

  reshard(mail: Envelope, asked: PlacementReshard): void {
    if (!this.ledger.isServing) return this.turn.reply(mail, this.elsewhere());
    const wanted = wish(asked, this.ledger.state, this.turn.node.members.now);
    if (!wanted.ok) return this.turn.reply(mail, { kind: 'placement.refused', ...wanted.refusal });
    const { family } = asked;
    this.decide(mail, wanted.decision, (before, after) => {
      const move = moveOf(after, family);
      if (move !== undefined && before !== after) return this.taken(mail, family);
      const reason = `another move of ${family} was wanted first: see how it goes, or abort it`;
      this.turn.reply(mail, { kind: 'placement.refused', because: 'busy', reason });
    });
  }

  steer(mail: Envelope, { family, act, unitsPerSecond = 0 }: PlacementSteer): void {
    if (!this.ledger.isServing) return this.turn.reply(mail, this.elsewhere());
    const move = moveOf(this.ledger.state, family);
    if (move === undefined) return this.impossible(mail, `nothing of ${family} moves: there is nothing to ${act}`);
    const { number } = move;
    const decision: Decision =
      act === 'rate' ? { what: act, family, number, unitsPerSecond } : { what: act, family, number };
    this.decide(mail, decision, () => this.taken(mail, family));
  }

  progress(mail: Envelope): void {
    this.ledger.read((granted) => {
      if (!granted) return this.turn.reply(mail, this.elsewhere());
      this.turn.reply(mail, { kind: 'placement.moves', moves: this.moves() });
    });
  }

  /** Answers only once it is decided. */
  private decide(
    mail: Envelope,
    decision: Decision,
    then: (before: PlacementState, after: PlacementState) => void,
  ): void {
    const refusal = this.ledger.propose(decision, {
      decided: then,
      lost: (isKnown) => {
        // An id that nobody has got is no loss; of anything else the answer has to be true.
        if (isKnown || decision.what === 'ids') return this.turn.reply(mail, this.elsewhere());
        this.turn.reply(mail, {
          kind: 'error',
          reason: 'whether it was decided is not known: ask how the moves stand',
        });
      },
    });
    if (refusal === undefined) return;
    if (!this.ledger.isServing) return this.turn.reply(mail, this.elsewhere());
    this.turn.reply(mail, { kind: 'placement.refused', because: 'busy', reason: refusal });
  }

  private taken(mail: Envelope, family: Family): void {
    const progress = this.moves().find((move) => move.family === family);
    if (progress !== undefined) this.turn.reply(mail, { kind: 'placement.taken', progress });
  }

  /** The move under way of each family or, else, its last one. */
  private moves(): MoveProgress[] {
    const { state } = this.ledger;
    return state.maps.flatMap((map) => {
      const move = moveOf(state, map.family);
      const last = state.ended.find(({ family }) => family === map.family);
      if (move === undefined) return last === undefined ? [] : [ended(last)];
      return [progressOf(move, map, this.conductors.get(map.family)?.now ?? 'beginning')];
    });
  }

  private turned(): void {
    const { ledger, conductors } = this;
    for (const [family, conductor] of [...conductors]) {
      if (ledger.isServing && moveOf(ledger.state, family) !== undefined) continue;
      conductor.end();
      conductors.delete(family);
    }
    if (!ledger.isServing) return;
    for (const { family } of ledger.state.moves) {
      if (!conductors.has(family)) conductors.set(family, new Conductor(family, this.turn, this.live, ledger));
      conductors.get(family)?.go();
    }
  }

  private elsewhere(): PlacementRefused {
    const { leader } = this.ledger;
    const refusal = { kind: 'placement.refused', because: 'not-leader' } as const;
    if (leader !== undefined && leader !== this.turn.node.self) {
      return { ...refusal, reason: `${leader} decides now`, leader };
    }
    return { ...refusal, reason: 'nobody decides now: no majority of those who keep the maps agrees on one' };
  }

  private impossible(mail: Envelope, reason: string): void {
    this.turn.reply(mail, { kind: 'placement.refused', because: 'impossible', reason });
  }

  private view(): object {
    const { state, role, term, leader, position } = this.ledger;
    return {
      role,
      term,
      ...(leader === undefined ? {} : { leader }),
      position,
      maps: state.maps.map(({ family, version, base, move }) => ({
        family,
        version,
        method: base.method,
        shards: shardsOf(base),
        ...(move === undefined ? {} : { slices: move.slices.length, done: move.done }),
      })),
      ids: state.ids,
      moves: this.moves(),
    };
  }
}
