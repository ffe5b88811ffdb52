/**
 * Several shards asked at once, by one version of the map: then what they have is disjoint and complete. When one of them
 * knows a newer version nothing of it counts, and whoever gathers begins again.
 */
import type { Manner } from '../../consensus/asking/inquiry';
import type { StoreFailure } from '../../consensus/asking/store-manner';
import type { RouterIn, StoreRequest } from './conversation';
import { Delivery } from './delivery';
import type { Desk } from './desk';
import { againAfter, type Ended, outcomeOf } from './verdicts';

/** One question to one shard; a shard may be asked several. */
export interface Wanted {
  readonly shard: string;
  readonly question: StoreRequest;
}

/** A shard that did not answer, and why. */
export interface Missing {
  readonly shard: string;
  readonly reason: string;
}

/** What came of it. `refused`: one of them said no, for a reason that has nothing to do with how it is. */
export type Gathered =
  | {
      readonly what: 'answers';
      /** In the order of the questions; `undefined` where a shard did not answer. */
      readonly answers: readonly (RouterIn | undefined)[];
      readonly missing: readonly Missing[];
      /** One of the missing has no nodes at all: a newer map may not name it any more. */
      readonly isNobodyThere: boolean;
    }
  | { readonly what: 'old-map' }
  | { readonly what: 'refused'; readonly shard: string; readonly failure: StoreFailure };

export class Gather {
  private readonly open: Delivery[] = [];
  private readonly answers: (RouterIn | undefined)[] = [];
  private readonly missing: Missing[] = [];
  private left = 0;
  private isOver = false;
  private isNobodyThere = false;

  constructor(
    private readonly desk: Desk,
    private readonly manner: Manner,
    private readonly untilMs: number,
    /** Called once, in a turn of its own. */
    private readonly then: (gathered: Gathered) => void,
  ) {}

  begin(wanted: readonly Wanted[]): void {
    const { desk, manner, untilMs } = this;
    this.left = wanted.length;
    for (const [place, { shard, question }] of wanted.entries()) {
      this.answers.push(undefined);
      const delivery = new Delivery(desk, shard, question, manner, untilMs, (ended) => this.note(place, ended));
      this.open.push(delivery);
      delivery.begin();
    }
    if (wanted.length === 0) desk.turn.after(0, () => this.conclude());
  }

  private note(place: number, ended: Ended): void {
    if (this.isOver) return;
    const { shard, answer } = ended;
    if (!('nobody' in answer) && againAfter(answer) === 'map') return this.end({ what: 'old-map' });
    if ('nobody' in answer) this.isNobodyThere = true;
    const outcome = outcomeOf(ended);
    if (outcome.what === 'no') return this.end({ what: 'refused', shard, failure: outcome.failure });
    if (outcome.what === 'answer') this.answers[place] = outcome.body;
    else if (!this.missing.some((one) => one.shard === shard)) this.missing.push({ shard, reason: outcome.reason });
    this.left--;
    if (this.left === 0) this.conclude();
  }

  private conclude(): void {
    const { answers, missing, isNobodyThere } = this;
    this.end({ what: 'answers', answers, missing, isNobodyThere });
  }

  private end(gathered: Gathered): void {
    this.isOver = true;
    for (const delivery of this.open) delivery.cancel();
    this.then(gathered);
  }
}
