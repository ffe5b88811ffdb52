/**
 * What a behaviour subscribes to for its mail. A `Subject` would do; for each message it also copies its observers and
 * makes a closure, a sixth of what a delivery costs in all.
 */
import { Observable, type Subscriber } from 'rxjs';
import type { Envelope } from '../../kernel/envelope';

export class Inbox extends Observable<Envelope> {
  private readers: readonly Subscriber<Envelope>[] = [];

  constructor() {
    super((reader) => {
      this.readers = [...this.readers, reader];
      return () => {
        this.readers = this.readers.filter((other) => other !== reader);
      };
    });
  }

  /** Hands a message to everybody who reads at this moment. */
  next(mail: Envelope): void {
    const { readers } = this;
    for (let i = 0; i < readers.length; i++) readers[i]?.next(mail);
  }
}
