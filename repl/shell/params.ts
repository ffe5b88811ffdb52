/**
 * What a verb takes, word by word: each parameter knows how it is read, how it is written in `usage`, what completes it,
 * and which TypeScript type it has in a call.
 */
import { Refusal } from '../../src/world/quantities';
import { Mistake } from './mistake';
import type { Known, Reader } from './reader';
import type { Word } from './words';

export interface Param<T> {
  /** As `usage` shows it: `<node>`. */
  readonly usage: string;
  /** As a call's signature shows it: `node: string`. */
  signature(name: string): string;
  /** Whether a line can do without it. */
  readonly spare: boolean;
  /** Whether it takes the rest of the line as it stands, as one word. */
  readonly raw?: true;
  /** Whether an object in a call can be meant for it; otherwise objects are the options. */
  readonly takesObject?: true;
  /** Takes what it needs, or throws a `Mistake` with the place. */
  take(reader: Reader): T;
  /** What can be typed here. */
  complete(known: Known): readonly string[];
}

/** A parameter of one word. */
export function word<T>(
  what: string,
  read: (text: string, known: Known) => T,
  more: { readonly type?: string; readonly complete?: (known: Known) => readonly string[] } = {},
): Param<T> {
  const { type = 'string', complete = () => [] } = more;
  return {
    usage: `<${what}>`,
    signature: (name) => `${name}: ${type}`,
    spare: false,
    take: (reader) => {
      const found = reader.text(what);
      return placed(found.word, () => read(found.text, reader.known));
    },
    complete,
  };
}

/** May be left out. */
export function optional<T>(param: Param<T>): Param<T | undefined> {
  return {
    ...param,
    usage: `[${param.usage}]`,
    // None is what a rest of the arguments may be anyway.
    signature: (name) => param.signature(name).replace(/^(\w+): /, '$1?: '),
    spare: true,
    take: (reader) => (reader.done || isOptions(reader.peek(), param) ? undefined : param.take(reader)),
  };
}

/** One or more, up to the end of the line. */
export function many<T>(param: Param<T>): Param<readonly T[]> {
  return {
    ...param,
    usage: `${param.usage}...`,
    signature: (name) => `...${param.signature(name)}[]`,
    take: (reader) => {
      const taken = [param.take(reader)];
      while (!reader.done && !isOptions(reader.peek(), param)) taken.push(param.take(reader));
      return taken;
    },
  };
}

/** Runs a reading of one word; what it refuses is a mistake at that word's place. */
export function placed<T>(of: Word, read: () => T): T {
  try {
    return read();
  } catch (failure) {
    if (failure instanceof Mistake || !(failure instanceof Refusal)) throw failure;
    throw new Mistake(failure.message, of.at);
  }
}

/** Objects in a call are its options, unless the parameter is about objects. */
function isOptions(of: Word | undefined, param: Param<unknown>): boolean {
  return typeof of?.value === 'object' && param.takesObject !== true;
}
