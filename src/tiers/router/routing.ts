/**
 * A request on its way through the shards, whichever store it is for: to one shard, or to several at once. What no shard
 * has done for certain is said to be undone, and what one may have done is never repeated.
 */
import type { Manner } from '../../consensus/asking/inquiry';
import type { Owners } from '../../sharding/shard-map';
import { Attempts } from './attempts';
import type { RouterIn, StoreAnswer, StoreRequest } from './conversation';
import { Delivery } from './delivery';
import { Gather, type Gathered, type Missing, type Wanted } from './gather';
import { againAfter, type Ended, outcomeOf } from './verdicts';

/** What several shards answered; `missing` only where that will do. */
export type Parts = Extract<Gathered, { readonly what: 'answers' }>;

export abstract class Routing extends Attempts {
  /** Not done, for certain: no shard could be asked, or not all of them. */
  protected abstract missing(reason: string): StoreAnswer;

  protected abstract unknown(reason: string): StoreAnswer;

  protected withoutMap(reason: string): StoreAnswer {
    return this.missing(reason);
  }

  /** Asks one shard. @param answered replies to an answer that is no refusal. */
  protected one(
    owners: Owners,
    wanted: Wanted,
    manner: Manner,
    answered: (body: RouterIn, shard: string, copy: string) => void,
  ): void {
    const { shard, question } = wanted;
    new Delivery(this.desk, shard, question, manner, this.untilMs, (ended) => {
      const again = againAfter(ended.answer);
      if (again === 'no' || again === 'later') return this.conclude(ended, manner, answered);
      this.again(owners.map.version, again, () => this.conclude(ended, manner, answered));
    }).begin();
  }

  /** Asks several. @param isPartial what those that answer have will do. */
  protected several(
    owners: Owners,
    wanted: readonly Wanted[],
    manner: Manner,
    isPartial: boolean,
    answered: (parts: Parts) => void,
  ): void {
    const shards = new Set(wanted.map(({ shard }) => shard)).size;
    new Gather(this.desk, manner, this.untilMs, (gathered) => {
      if (gathered.what === 'old-map') {
        const reason = `the map of the shards changed too often while ${shards} of them were asked`;
        return this.again(owners.map.version, 'map', () => this.reply(this.missing(reason)));
      }
      if (gathered.what === 'refused') {
        const { shard, failure } = gathered;
        return this.reply({ ...failure, reason: `${shard}: ${failure.reason}` });
      }
      const { missing, isNobodyThere } = gathered;
      const conclude = (): void => {
        if (missing.length > 0 && !isPartial) this.reply(this.missing(missingText(shards, missing)));
        else answered(gathered);
      };
      // Who knows an older map only may ask shards that have gone since, and nobody there could say so.
      if (isNobodyThere) this.again(owners.map.version, 'newer-map', conclude);
      else conclude();
    }).begin(wanted);
  }

  private conclude(
    ended: Ended,
    { isRead }: Manner,
    answered: (body: RouterIn, shard: string, copy: string) => void,
  ): void {
    const { shard, copy } = ended;
    const outcome = outcomeOf(ended);
    if (outcome.what === 'answer') return answered(outcome.body, shard, copy);
    if (outcome.what === 'no') return this.reply(outcome.failure);
    const reason = `${shard}: ${outcome.reason}`;
    if (isRead || !outcome.mayBeDone) return this.reply(this.missing(reason));
    this.reply(this.unknown(`${reason}; it may have been done all the same`));
  }
}

/** Questions for shards, one for each. */
export function toAll(shards: readonly string[], question: StoreRequest): Wanted[] {
  return shards.map((shard) => ({ shard, question }));
}

function missingText(shards: number, missing: readonly Missing[]): string {
  const named = missing.map(({ shard, reason }) => `${shard} (${reason})`).join(', ');
  return `${shards - missing.length} of ${shards} shards answered; not ${named}`;
}
