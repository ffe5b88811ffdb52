/** States by number, equal ones by the same, so that a configuration is a row of numbers. */
import type { Model } from './models/model';
import type { Identity } from './value';

/** What a map keeps for an entry, about. */
const entryBytes = 48;

export class States<State> {
  private readonly states: { readonly state: State }[] = [];
  private readonly numbers = new Map<Identity, number>();
  bytes = 0;

  constructor(private readonly model: Model<State>) {}

  numberOf(state: State): number {
    const identity = this.model.identity(state);
    const known = this.numbers.get(identity);
    if (known !== undefined) return known;
    this.numbers.set(identity, this.states.length);
    this.bytes += entryBytes + (typeof identity === 'string' ? 2 * identity.length : 0);
    return this.states.push({ state }) - 1;
  }

  stateOf(number: number): State {
    const found = this.states[number];
    if (found === undefined) throw new RangeError(`no state ${number}`);
    return found.state;
  }
}
