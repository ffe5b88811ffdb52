/**
 * Hands the words of one line, or the arguments of one call, to the parameters of a verb one after the other.
 */
import { Mistake } from './mistake';
import type { Word } from './words';

/** What can be named at the prompt right now; what completion offers and what misspelt names are compared with. */
export interface Known {
  readonly nodes: readonly string[];
  readonly boxes: readonly string[];
  readonly hosts: readonly string[];
  readonly tiers: readonly string[];
  readonly stages: readonly string[];
  readonly clients: readonly string[];
  readonly databases: readonly string[];
  readonly caches: readonly string[];
  /** Nodes that are copies of what some tier stores. */
  readonly copies: readonly string[];
  /** Which groups these are. */
  readonly groups: readonly string[];
  readonly verbs: readonly string[];
  /** The faults in force, as they read. */
  readonly faults: readonly string[];
}

export class Reader {
  private next = 0;

  constructor(
    private readonly words: readonly Word[],
    readonly known: Known,
    /** The whole line, for what reads it raw; empty in a call. */
    readonly line: string,
    /** How the verb is written, for the mistake of leaving something out. */
    private readonly usage = '',
  ) {}

  get done(): boolean {
    return this.next >= this.words.length;
  }

  peek(): Word | undefined {
    return this.words[this.next];
  }

  /** Takes the next word; `what` names it in the mistake if there is none. */
  take(what: string): Word {
    const word = this.words[this.next];
    if (word === undefined) {
      const end = this.line === '' ? undefined : this.line.trimEnd().length;
      throw new Mistake(`${what} is missing${this.usage === '' ? '' : `: ${this.usage}`}`, end);
    }
    this.next++;
    return word;
  }

  /** Takes the next word as a text; numbers in calls count as texts. */
  text(what: string): { readonly text: string; readonly word: Word } {
    const word = this.take(what);
    const { value } = word;
    if (typeof value === 'string') return { text: value, word };
    if (typeof value === 'number') return { text: String(value), word };
    throw new Mistake(`${what} should be a text, not ${value === null ? 'null' : typeof value}`, word.at);
  }

  /** Takes the next word only if it is one of these signs. */
  sign(...wanted: readonly string[]): string | undefined {
    const value = this.peek()?.value;
    const found = wanted.find((candidate) => candidate === value);
    if (found !== undefined) this.next++;
    return found;
  }
}
