/**
 * Why a line comes to nothing: it was typed wrong, or it was cancelled.
 */
import { Refusal } from '../../src/world/quantities';

/** Something typed that cannot be: one line that says what, and the place. Nothing has been done when it is thrown. */
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

/** Somebody pressed Ctrl-C. */
export class Cancelled extends Refusal {
  override name = 'Cancelled';

  constructor() {
    super('cancelled');
  }
}
