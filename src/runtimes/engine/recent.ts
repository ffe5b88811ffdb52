/**
 * The newest events, in bounded memory. Of a message its time, its node and its envelope are kept, each in a column of
 * their own: event objects that live for a while cost the garbage collector as much as the simulation costs in all.
 * What changes the world (lives, faults, configs, acts, logs) is kept beside them for longer: under load a thousand
 * messages later it would be gone before anybody could ask what had happened.
 */
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { DeliveredEvent, HandledEvent, SentEvent, WorldEvent } from '../../kernel/events';

/** What happens to every message. */
type MessageEvent = SentEvent | DeliveredEvent | HandledEvent;

/** What changes the world rather than passes through it. */
const rare: ReadonlySet<WorldEvent['type']> = new Set(['life', 'fault', 'config', 'act', 'log']);
const rareMax = 2_000;

export class Recent {
  private readonly times: number[] = [];
  private readonly nodes: NodeId[] = [];
  private readonly types: MessageEvent['type'][] = [];
  private readonly envelopes: (Envelope | undefined)[] = [];
  /** Events of other types, as they are. */
  private readonly others: (WorldEvent | undefined)[] = [];
  private next = 0;
  private pushed = 0;
  /** Those that may have left the columns by now, each with how many came before it; oldest first. */
  private rares: { readonly before: number; readonly event: WorldEvent }[] = [];

  constructor(private readonly capacity: number) {}

  push(event: WorldEvent): void {
    if (this.capacity === 0) return;
    const place = this.next;
    this.next = place + 1 === this.capacity ? 0 : place + 1;
    if (event.type === 'sent' || event.type === 'delivered' || event.type === 'handled') {
      this.times[place] = event.atUs;
      this.nodes[place] = event.node;
      this.types[place] = event.type;
      this.envelopes[place] = event.envelope;
      this.others[place] = undefined;
    } else {
      this.others[place] = event;
      this.envelopes[place] = undefined;
      if (rare.has(event.type)) this.keep(event);
    }
    this.pushed++;
  }

  /** Oldest first. */
  toArray(): WorldEvent[] {
    const all = this.rares.filter(({ before }) => before < this.pushed - this.capacity).map(({ event }) => event);
    for (let i = 0; i < this.capacity; i++) {
      const event = this.at((this.next + i) % this.capacity);
      if (event !== undefined) all.push(event);
    }
    return all;
  }

  /** Forgets the older half at once when there are too many: cheaper than one at a time. */
  private keep(event: WorldEvent): void {
    if (this.rares.length === 2 * rareMax) this.rares = this.rares.slice(rareMax);
    this.rares.push({ before: this.pushed, event });
  }

  private at(place: number): WorldEvent | undefined {
    const [atUs, node, type] = [this.times[place], this.nodes[place], this.types[place]];
    const envelope = this.envelopes[place];
    if (envelope === undefined || atUs === undefined || node === undefined || type === undefined) {
      return this.others[place];
    }
    return { type, atUs, node, envelope };
  }
}
