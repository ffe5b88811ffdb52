/**
 * What must have been seen somewhere in the whole suite, or it was too tame to prove what it says. Claims say what they saw
 * in a diagnostic of their test; the runner adds it up.
 */
import { Phenomena, type SignName } from '../src/testing/phenomena';
import { answered } from './sharding-sql/claim';

export const expected: readonly (SignName | (string & {}))[] = [
  'a node was killed',
  'a node crashed by itself',
  'a node was paused',
  'a box was down',
  'a host was down',
  'a message was cut by a partition',
  'a connection was reset',
  'a dead process was knocked at',
  'an answer to an earlier life was dropped',
  'an answer came too late for anybody',
  'a torn tail was found',
  'a database stopped because it could not sync',
  'a log was replayed',
  'a write of unknown fate had been done',
  'a server was ejected',
  'a server was readmitted',
  'a retry was refused',
  'a user saw: 503',
  'a user saw: 504',
  'a user saw: refused',
  'a user saw: timed out',
  'a failover happened',
  'a log was cut where it differed from its leader',
  'a server was caught up by a snapshot',
  'a group changed its members',
  'a leader was appointed at a risk',
  'a lost write was told by its content',
  'lost writes were told as a range',
  'a replica knew how fresh it is',
  'a primary was replaced',
  'a stale read was seen',
  'a stale read was refused',
  'a copy proved how fresh it is',
  'a session saw less than before',
  'an acknowledged write was lost by async',
  'a deposed tail was found',
  'the observers named a lost range',
  'a slice was switched',
  'a slice was undone',
  'a fence was taken back',
  'a move turned back',
  'a failover came in time',
  'a lease was overstayed by a bad clock',
  ...answered,
];

/** What the tests of a run say they saw. */
export class Sightings {
  private readonly phenomena = new Phenomena();

  /** A diagnostic of a test; only tables of phenomena say anything. */
  hear(message: string): void {
    this.phenomena.addTable(message);
  }

  /** Lines for the end: everything that was seen, the rarest first. */
  table(): string {
    return `phenomena:\n${this.phenomena.table(expected)}\n`;
  }

  get missing(): readonly string[] {
    return this.phenomena.missing(expected);
  }
}
