/**
 * Whether a key that texts are put under and appended to explains a history, told without a search where no text was
 * written twice and none begins with another: then an answer is read in one way only, as the put and the appends that
 * made it. An epoch is a put and what followed it; and what no answer shows is an epoch of its own, since something was
 * written over it before anybody looked. With an unknown outcome, that never happened.
 */
import type { Operation } from '../history';
import { Epoch } from './epochs';
import type { Decision } from './model';
import { byCall } from './register-order';

/** An order that explains gets, puts and appends, or that there is none; `undefined` if that cannot be told. */
export function keyValueOrder(initial: unknown, operations: readonly Operation[]): Decision | undefined {
  const writes = operations.filter(({ f, outcome }) => f !== 'get' && outcome !== 'fail');
  const words = Words.of(initial, writes);
  if (words === undefined) return undefined;
  const contents = new Contents(words);
  for (const get of operations) {
    if (get.f === 'get' && get.outcome === 'ok' && !contents.show(get)) return 'inexplicable';
  }
  const epochs = contents.epochs();
  for (const write of writes) {
    if (write.outcome === 'ok' && !contents.shown.has(write)) epochs.push(new Epoch([write]));
  }
  return Epoch.inSequence(epochs) ?? 'inexplicable';
}

/** What was written, so that texts made of it can be read. */
class Words {
  private constructor(
    readonly initial: string,
    private readonly writes: ReadonlyMap<string, Operation>,
    private readonly sorted: readonly string[],
    private readonly lengthMax: number,
  ) {}

  /** None where texts could be read in several ways. */
  static of(initial: unknown, operations: readonly Operation[]): Words | undefined {
    if (typeof initial !== 'string') return undefined;
    const writes = new Map<string, Operation>();
    for (const write of operations) {
      const { input } = write;
      if (typeof input !== 'string' || input === '' || writes.has(input)) return undefined;
      writes.set(input, write);
    }
    const sorted = [...writes.keys(), ...(initial === '' ? [] : [initial])].sort();
    // Where one begins with another, the one right before it does.
    if (sorted.some((word, place) => place > 0 && word.startsWith(sorted[place - 1] ?? word))) return undefined;
    const lengthMax = sorted.reduce((most, { length }) => Math.max(most, length), 0);
    return new Words(initial, writes, sorted, lengthMax);
  }

  /** What wrote the word that stands in a text from some place on, if one does. */
  at(text: string, from: number): Operation | undefined {
    const ahead = text.slice(from, from + this.lengthMax);
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? '') <= ahead) low = middle + 1;
      else high = middle;
    }
    const word = this.sorted[low - 1];
    return word !== undefined && ahead.startsWith(word) ? this.writes.get(word) : undefined;
  }
}

/** What was there from one put to the next, as far as answers show it. */
interface Content {
  readonly put: Operation | undefined;
  /** The longest answer, and how many appends make up its beginnings. */
  text: string;
  readonly appends: Operation[];
  readonly appendsAt: Map<number, number>;
  /** By how many appends they show. */
  readonly gets: Operation[][];
}

class Contents {
  /** Writes of which some answer tells. */
  readonly shown = new Set<Operation>();
  private readonly first: Content;
  private readonly byPut = new Map<Operation, Content>();

  constructor(private readonly words: Words) {
    this.first = contentOf(undefined, words.initial);
  }

  /** False if nothing can have made the answer, after all that others have shown. */
  show(get: Operation): boolean {
    const { output } = get;
    if (typeof output !== 'string') return false;
    const content = this.contentOf(output);
    if (content === undefined || !this.extend(content, output)) return false;
    const appends = content.appendsAt.get(output.length);
    if (appends === undefined) return false;
    const alike = content.gets[appends];
    if (alike === undefined) content.gets[appends] = [get];
    else alike.push(get);
    return true;
  }

  epochs(): Epoch[] {
    return [this.first, ...this.byPut.values()].map(({ put, appends, gets }) => {
      const operations = put === undefined ? [] : [put];
      for (let level = 0; level <= appends.length; level++) {
        const append = appends[level - 1];
        if (append !== undefined) operations.push(append);
        operations.push(...(gets[level] ?? []).sort(byCall));
      }
      return new Epoch(operations, put === undefined);
    });
  }

  private contentOf(output: string): Content | undefined {
    const write = this.words.at(output, 0);
    if (write?.f !== 'put') return output.startsWith(this.words.initial) ? this.first : undefined;
    const known = this.byPut.get(write);
    if (known !== undefined) return known;
    const content = contentOf(write, String(write.input));
    this.shown.add(write);
    this.byPut.set(write, content);
    return content;
  }

  /** Reads on where an answer shows more than those before; false if it shows something else. */
  private extend(content: Content, output: string): boolean {
    if (content.text.startsWith(output)) return true;
    if (!output.startsWith(content.text)) return false;
    for (let at = content.text.length; at < output.length; ) {
      const append = this.words.at(output, at);
      if (append?.f !== 'append' || this.shown.has(append)) return false;
      this.shown.add(append);
      at += String(append.input).length;
      content.appendsAt.set(at, content.appends.push(append));
    }
    content.text = output;
    return true;
  }
}

function contentOf(put: Operation | undefined, text: string): Content {
  return { put, text, appends: [], appendsAt: new Map([[text.length, 0]]), gets: [] };
}
