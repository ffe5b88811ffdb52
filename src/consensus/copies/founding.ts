/**
 * What a copy puts on a disk before it takes part for the first time: the data that a new group begins with, or the note
 * that it has been taken in by an old one and knows nothing.
 */

import type { NodeId } from '../../kernel/envelope';
import type { Live } from '../../kernel/tier';
import type { Copies } from '../../protocols/raft';
import { panic } from '../group-member/group-member';
import { encodeSnapshot, encodeState } from '../group-member/stored';
import { blank, type Persisted } from '../raft/recover';
import type { Contents } from './contents';
import type { CopiesTurn } from './conversation';
import { encodeRules, type Rules, rulesOf } from './rules';
import type { CopiesConfig } from './settings';

/**
 * The data of a new group is a snapshot at this place, and not at 0, where every log begins: so whoever joins later finds
 * out that it lacks something.
 */
const foundingIndex = 1;

const nothing = new Uint8Array();

export class Founding {
  isDone = false;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly live: Live<CopiesConfig>,
    private readonly contents: Pick<Contents<unknown>, 'founding'>,
    private readonly begun: { start(persisted: Persisted, rules: Rules): void },
  ) {}

  /** Every first copy makes the same data by itself. */
  found(voters: readonly NodeId[]): void {
    const { disk } = this.turn.node;
    const data = this.contents.founding();
    const begun = blank({ voters: [...voters], learners: [], copies: copiesOf(this.live.now) }, data);
    const terms = [{ term: 0, from: foundingIndex }];
    const snapshot = { ...begun.snapshot, index: foundingIndex, terms };
    const rules = rulesOf(this.live.now);
    disk.put('rules', encodeRules(rules));
    disk.put('snapshot', encodeSnapshot(snapshot));
    this.isDone = true;
    this.afterSync(() => this.begun.start({ ...begun, snapshot }, rules));
  }

  /** It takes part from now on, without any past. */
  forget(rules: Rules): void {
    const { disk } = this.turn.node;
    disk.put('rules', encodeRules(rules));
    disk.put('state', encodeState(0, undefined));
    disk.put('snapshot', nothing);
    disk.put('joining', nothing);
    this.afterSync(() => this.begun.start(blank(), rules));
  }

  afterSync(then: () => void): void {
    this.turn.node.disk.sync((failure) => {
      if (failure !== undefined) panic(this.turn, failure);
      then();
    });
  }
}

/** On how many disks a write has to be before it is acknowledged. */
export function copiesOf({ mode, replicas }: Pick<CopiesConfig, 'mode' | 'replicas'>): Copies {
  if (mode === 'quorum') return 'majority';
  return mode === 'async' ? 1 : 1 + replicas;
}

/** ... and what that is called. */
export function modeOf(copies: Copies): string {
  if (copies === 'majority') return 'quorum';
  return copies === 1 ? 'async' : `semi-sync ${copies - 1}`;
}
