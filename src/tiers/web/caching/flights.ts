/**
 * Questions to the database for rows that no cache server can be asked for: of each row one at a time, however many want it.
 * Who comes while a question is under way takes no part in it, since its answer may be from before something that the user
 * has been told already; all who came meanwhile share the next one. So of one web server the database gets at most one such
 * question per row and round trip, and nobody waits for longer than two of them, while it answers. There are never more who
 * wait than requests that the web server has taken in.
 */
import { isExpired } from '../../../kernel/asks';
import type { NodeId } from '../../../kernel/envelope';
import type { Cancel } from '../../../kernel/machine';
import type { WebTurn } from '../conversation';
import type { Heard, Reading } from './reading';

interface Passenger {
  readonly reading: Reading;
  readonly sinceMs: number;
  /** @param isOwn whether the database was asked for this read, and for others at most besides. */
  readonly then: (answer: Heard, database: NodeId, isOwn: boolean) => void;
  /** Takes back the timer that ends its waiting. */
  cancel: Cancel;
  isServed: boolean;
}

export class Flights {
  /** By key, those who wait for the next question; present while one is under way. */
  private readonly waiting = new Map<string, Passenger[]>();

  constructor(private readonly turn: WebTurn) {}

  /** Asks the primary, with the others who want the row; `then` is called once, at the end of the reading's time at the latest. */
  ask(reading: Reading, then: Passenger['then']): void {
    const { turn } = this;
    const sinceMs = turn.nowMs;
    if (reading.untilMs <= sinceMs) return reading.query('primary', (answer, database) => then(answer, database, true));
    const passenger: Passenger = { reading, sinceMs, then, cancel: notYet, isServed: false };
    const waiting = this.waiting.get(reading.key);
    if (waiting === undefined) {
      this.waiting.set(reading.key, []);
      return this.begin(reading.key, [passenger]);
    }
    waiting.push(passenger);
    passenger.cancel = turn.after(reading.untilMs - sinceMs, () => this.giveUp(passenger));
  }

  private begin(key: string, passengers: readonly Passenger[]): void {
    const { nowMs } = this.turn;
    for (const one of passengers) if (one.reading.untilMs <= nowMs) this.giveUp(one);
    const [leader, ...others] = passengers.filter(({ isServed }) => !isServed);
    if (leader === undefined) return this.end(key);
    leader.reading.query('primary', (answer, database) => {
      serve(leader, answer, database, true);
      // The time of the one who asked was over; the others may have more.
      const late = isExpired(answer) ? others.filter(({ isServed }) => !isServed) : [];
      if (late.length > 0) this.waiting.get(key)?.unshift(...late);
      else for (const one of others) serve(one, answer, database, false);
      this.end(key);
    });
  }

  /** The next question is for all who have come since the last one was asked. */
  private end(key: string): void {
    const next = this.waiting.get(key) ?? [];
    if (next.length === 0) {
      this.waiting.delete(key);
      return;
    }
    this.waiting.set(key, []);
    this.begin(key, next);
  }

  private giveUp(passenger: Passenger): void {
    const budgetMs = this.turn.nowMs - passenger.sinceMs;
    serve(passenger, { expired: true, budgetMs }, 'the database', false);
  }
}

function serve(passenger: Passenger, answer: Heard, database: NodeId, isOwn: boolean): void {
  if (passenger.isServed) return;
  passenger.isServed = true;
  passenger.cancel();
  passenger.then(answer, database, isOwn);
}

const notYet: Cancel = () => undefined;
