/**
 * What a conductor and its parts share: one thing at a time, and when the next one comes.
 */
import type { Decision } from '../../sharding/decisions';

export interface Desk {
  /** Something is asked; nothing else is begun until it is answered. */
  begin(saying: string): void;
  /** It is answered: on with it. */
  done(): void;
  /** It did not work: again, later. */
  failed(why: string): void;
  /** How often in a row something did not work. */
  readonly failures: number;
  decide(decision: Decision): void;
  wait(ms: number, saying: string): void;
}
