/**
 * How a copy comes to take part: from what its former life left on disk; or as one of the first of a new group; or, with
 * nothing to begin from, by asking the others to be taken in. What a disk lost is never made up for by guessing: a copy
 * whose log is damaged forgets the rest as well, and has to be taken in like a stranger, since it no longer knows what it
 * promised.
 */

import type { DiskContents } from '../../kernel/disk';
import type { NodeId } from '../../kernel/envelope';
import { flippedBits } from '../../kernel/frames';
import type { Live } from '../../kernel/tier';
import { membersIn, storedServer } from '../group-member/stored';
import type { Persisted } from '../raft/recover';
import type { Contents, Trouble } from './contents';
import type { CopiesTurn } from './conversation';
import { FirstOnes } from './first-ones';
import { Founding } from './founding';
import { Joining, peersOf } from './joining';
import { decodeRules, type Rules } from './rules';
import type { CopiesConfig } from './settings';

/** What comes of it. */
export interface Begun {
  /** What lies on the disk, whatever comes of it. */
  found(contents: DiskContents): void;
  /** It takes part from here on; `contents` if it was read from the disk. */
  start(persisted: Persisted, rules: Rules, contents?: DiskContents): void;
  /** It cannot serve, for now or at all. */
  refuse(because: Trouble['because'], reason: string): void;
  /** It waits for others. */
  wait(reason: string): void;
}

/** How long until a disk that could not be read is tried again. */
const readAgainMs = 1_000;

const nothing = new Uint8Array();

export class Beginning {
  private readonly founding: Founding;
  private joining: Joining | undefined;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly live: Live<CopiesConfig>,
    private readonly contents: Pick<Contents<unknown>, 'noun' | 'founding'>,
    private readonly begun: Begun,
  ) {
    this.founding = new Founding(turn, live, contents, begun);
  }

  /** It waits to be taken in, or to found a group: it knows nothing of one. */
  get isBlank(): boolean {
    return this.joining?.isBlank === true;
  }

  /** It has begun with new data in this life. */
  get isNew(): boolean {
    return this.founding.isDone;
  }

  load(): void {
    this.turn.node.disk.read((contents, failure) => {
      if (failure === undefined) {
        this.begun.found(contents);
        return this.judge(contents);
      }
      this.begun.refuse('disk', `cannot read the disk: ${failure.reason}`);
      this.turn.after(readAgainMs, () => this.load());
    });
  }

  private judge(contents: DiskContents): void {
    const { cells, entries, firstIndex, damage } = contents;
    if (damage?.corrupt === true) {
      const what = `entry ${damage.index} of the log is damaged (${damage.reason}) and more follow it`;
      return this.damaged(contents, what);
    }
    if (damage !== undefined) {
      // The last entry may have been acknowledged. Alone nobody can tell; in a group others have it, if it was.
      const last = `entry ${damage.index}, the last of the log, is damaged (${damage.reason})`;
      const isFlipped = damage.reason === flippedBits;
      if (isFlipped && this.othersThan(contents).length > 0) return this.damaged(contents, last);
      const torn = `the log ended in a torn entry at ${damage.index} (${damage.reason}); it was never acknowledged`;
      const lost = `${last} and left out; alone nobody can tell whether it was acknowledged`;
      this.turn.node.report.log(isFlipped ? 'error' : 'warn', isFlipped ? lost : torn);
    }
    if ((cells.get('joining')?.length ?? 0) > 0) return this.join(false);
    if (cells.size === 0 && entries.length === 0 && firstIndex === 1) return this.new();
    const found = this.read(contents);
    if (typeof found === 'string') this.damaged(contents, found);
    else this.begun.start(found.server, found.rules, contents);
  }

  /** What it holds, or in words why that cannot be told. */
  private read(contents: DiskContents): { readonly server: Persisted; readonly rules: Rules } | string {
    try {
      return { server: storedServer(contents), rules: decodeRules(contents.cells.get('rules') ?? nothing) };
    } catch (failure) {
      return failure instanceof Error ? failure.message : String(failure);
    }
  }

  private new(): void {
    const { self } = this.turn.node;
    const { group } = this.live.now;
    if (group.includes(self)) this.foundWith(group);
    else if (group.length === 0 && peersOf(this.turn).length === 0) this.founding.found([self]);
    else this.join(true);
  }

  private foundWith(group: readonly NodeId[]): void {
    new FirstOnes(this.turn, group, this.live.now.joinMs, {
      isNew: () => this.founding.found(group),
      isOld: () => this.join(false),
      waits: (reason) => this.begun.wait(reason),
    }).begin();
  }

  /** Alone it may serve nothing: what was acknowledged is missing, and nobody else has it. */
  private damaged(contents: DiskContents, what: string): void {
    const { disk, report } = this.turn.node;
    if (this.othersThan(contents).length === 0) {
      const text = `${what}; acknowledged writes would be missing, so this ${this.contents.noun} does not start`;
      return this.begun.refuse('disk', text);
    }
    report.log('error', `${what}; this copy is given up, and built anew from the others`);
    disk.put('joining', Buffer.from('damaged'));
    disk.truncateFrom(contents.firstIndex);
    this.founding.afterSync(() => this.join(false));
  }

  /** Who else belongs to the group, as far as it can be told. */
  private othersThan(contents: DiskContents): readonly NodeId[] {
    const { self } = this.turn.node;
    return [...membersIn(contents), ...this.live.now.group].filter((id) => id !== self);
  }

  /** @param isBlank it never was part of a group. */
  private join(isBlank: boolean): void {
    this.joining = new Joining(
      this.turn,
      this.live,
      { isBlank, noun: this.contents.noun },
      {
        joined: (rules) => {
          this.joining = undefined;
          this.founding.forget(rules);
        },
        alone: () => {
          this.joining = undefined;
          this.founding.found([this.turn.node.self]);
        },
        waits: (reason) => this.begun.wait(reason),
      },
    );
    this.joining.begin();
  }
}
