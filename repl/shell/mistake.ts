/**
 * Something typed that cannot be: one line that says what, and the place. Nothing has been done when it is thrown.
 */
import { Refusal } from '../../src/world/quantities';

export class Mistake extends Refusal {
  override name = 'Mistake';

  constructor(
    message: string,
    /** Where in the line, from 0; absent where there is no line. */
    readonly at?: number,
  ) {
    super(message);
  }
}
