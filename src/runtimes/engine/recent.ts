/**
 * The newest events, in bounded memory. Of a message its time, its node and its envelope are kept, each in a column of
 * their own: event objects that live for a while cost the garbage collector as much as the simulation costs in all.
 */
import type { Envelope, NodeId } from '../../kernel/envelope';
import type { DeliveredEvent, HandledEvent, SentEvent, WorldEvent } from '../../kernel/events';

/** What happens to every message. */
type MessageEvent = SentEvent | DeliveredEvent | HandledEvent;

export class Recent {
  private readonly times: number[] = [];
  private readonly nodes: NodeId[] = [];
  private readonly types: MessageEvent['type'][] = [];
  private readonly envelopes: (Envelope | undefined)[] = [];
  /** Events of other types, as they are. */
  private readonly others: (WorldEvent | undefined)[] = [];
  private next = 0;

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
    }
  }

  /** Oldest first. */
  toArray(): WorldEvent[] {
    const all: WorldEvent[] = [];
    for (let i = 0; i < this.capacity; i++) {
      const event = this.at((this.next + i) % this.capacity);
      if (event !== undefined) all.push(event);
    }
    return all;
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
