/**
 * A network that loses, doubles, delays and reorders, and that can be cut in two.
 */
import type { NodeId } from '../../src/kernel/envelope';
import type { Random } from '../../src/kernel/random';
import type { RaftMessage } from '../../src/protocols/raft';
import type { Agenda } from './agenda';

export interface WireSettings {
  readonly loss: number;
  readonly duplication: number;
  /** Share of messages that take up to this long instead of a few milliseconds. */
  readonly strays: number;
  readonly strayMs: number;
}

export class Wire {
  private apart = new Set<NodeId>();

  constructor(
    private readonly agenda: Agenda,
    private readonly random: Random,
    private settings: WireSettings,
    private readonly deliver: (to: NodeId, from: NodeId, body: RaftMessage) => void,
  ) {}

  /** Cuts these off from the others. */
  partition(nodes: Iterable<NodeId>): void {
    this.apart = new Set(nodes);
  }

  /** From now on it loses nothing. */
  heal(): void {
    this.apart = new Set();
    this.settings = { ...this.settings, loss: 0, duplication: 0, strays: 0 };
  }

  mend(): void {
    this.apart = new Set();
  }

  send(from: NodeId, to: NodeId, body: RaftMessage): void {
    this.carry(from, to, () => this.deliver(to, from, body));
  }

  /** Anything that one says to another, and what comes of it when it arrives. */
  carry(from: NodeId, to: NodeId, arrive: () => void): void {
    const { random, settings } = this;
    if (random.next() < settings.loss) return;
    const copies = random.next() < settings.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const isStray = random.next() < settings.strays;
      const delayMs = isStray ? random.next() * settings.strayMs : 1 + random.next() * 9;
      this.agenda.plan(this.agenda.nowMs + delayMs, () => {
        if (this.apart.has(from) === this.apart.has(to)) arrive();
      });
    }
  }
}
