/**
 * Events on their way to the main thread: in batches, with a bound. A main thread that does not keep up costs detail,
 * which is counted, and never slows the world; acts are given up only when nothing else is left to give up.
 */
import type { WorldEvent } from '../../kernel/events';

/** Events that may wait here. */
const waitingMax = 20_000;
/** Batches under way that the main thread has not confirmed. */
const batchesMax = 4;
const batchMax = 2_000;

/** Told of every message, if anybody follows that closely. */
export function isFullDetail({ type }: WorldEvent): boolean {
  return type === 'sent' || type === 'delivered' || type === 'handled';
}

/** What is given up first: it comes per message, and an overload makes it come in floods. */
function isMinor(event: WorldEvent): boolean {
  return event.type === 'dropped' || isFullDetail(event);
}

export class EventOutbox {
  private waiting: WorldEvent[] = [];
  private minor = 0;
  private underWay = 0;
  private lostDetail = 0;
  private lostActs = 0;

  constructor(
    private readonly ship: (events: readonly WorldEvent[]) => void,
    /** Makes the event that tells of events lost. */
    private readonly loss: (text: string) => WorldEvent,
    private readonly max = waitingMax,
  ) {}

  /** Something waits that may be sent now. */
  get ready(): boolean {
    return this.waiting.length > 0 && this.underWay < batchesMax;
  }

  put(event: WorldEvent): void {
    const minor = isMinor(event);
    if (this.waiting.length >= this.max && !this.makeRoom(minor)) return;
    this.waiting.push(event);
    if (minor) this.minor++;
  }

  /** Sends what waits, as far as the main thread has confirmed what it got. */
  flush(): void {
    while (this.ready) {
      if (this.lostDetail + this.lostActs > 0) this.tellLoss();
      const batch = this.waiting.splice(0, batchMax);
      if (this.minor > 0) this.minor -= batch.filter(isMinor).length;
      this.underWay++;
      this.ship(batch);
    }
  }

  /** The main thread has handed on a batch. */
  heard(): void {
    this.underWay--;
  }

  private makeRoom(minor: boolean): boolean {
    if (minor) {
      this.lostDetail++;
      return false;
    }
    if (this.minor === 0) {
      this.lostActs++;
      return false;
    }
    this.lostDetail += this.minor;
    this.minor = 0;
    this.waiting = this.waiting.filter((event) => !isMinor(event));
    return true;
  }

  private tellLoss(): void {
    const lost = [
      ...(this.lostDetail > 0 ? [`${this.lostDetail} messages' events`] : []),
      ...(this.lostActs > 0 ? [`${this.lostActs} other events`] : []),
    ];
    this.lostDetail = 0;
    this.lostActs = 0;
    this.waiting.push(this.loss(`${lost.join(' and ')} were lost: whoever follows the events does not keep up`));
  }
}
