/**
 * A verb: what it is called, what it takes, how it is helped with, and what it does. The declaration stands apart from
 * the handler, which returns a value and how it reads and prints nothing.
 */
import { type Look, paragraphs } from '../../src/drawing/look';
import { type Bound, bind, type Params } from './bind';
import type { Options } from './options';
import type { Known } from './reader';
import type { Shell } from './shell';
import type { Word } from './words';

/** What a verb gives back. */
export interface Shown<V = unknown> {
  /** What `--json` prints, `_` holds and a call returns: plain data. */
  readonly value: V;
  /** How people read it. */
  text(look: Look): string;
  /** For what is worth watching: how it reads from now on, every so often, until a key is pressed. */
  readonly live?: { readonly everyMs: number; frame(look: Look): Promise<string> };
  /** The value is a list of which `--json` prints each item on a line of its own. */
  readonly lines?: true;
  /** What the process is to end with where no prompt is shown. */
  readonly exitCode?: number;
  /** Ends the session. */
  readonly exit?: true;
  /** Wants an empty screen first. */
  readonly clear?: true;
}

/** What can be put behind a line, to try it or to learn from it. */
export interface Example {
  readonly line: string;
  readonly text: string;
}

/** The headings of `help`, in its order. */
export type Group = 'users' | 'data' | 'looking' | 'growing' | 'accidents' | 'network' | 'boxes' | 'time' | 'session';

interface Declaration<P extends Params, O extends Options> {
  readonly name: string;
  /** What it is called in TypeScript, where the name is a keyword there. */
  readonly callName?: string;
  readonly group: Group;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly examples: readonly Example[];
  /** In the order in which they are typed. */
  readonly params: P;
  readonly options: O;
  /** The TypeScript type of its value. */
  readonly returns: string;
  /** Whether it does something to the world that somebody who wants to do the same again must type as well. */
  readonly acts?: boolean;
  run(given: Bound<P, O>, shell: Shell): Promise<Shown>;
}

/** A verb as the session holds it. */
export interface Command {
  readonly name: string;
  readonly callName: string;
  readonly group: Group;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly Example[];
  readonly params: Params;
  readonly options: Options;
  readonly returns: string;
  readonly acts: boolean;
  /** Reads the words and throws a `Mistake` at the first that does not fit; what comes back does it. */
  prepare(words: readonly Word[], known: Known, line: string): (shell: Shell) => Promise<Shown>;
}

/**
 * Closes a declaration over the types of its parameters.
 *
 * @example
 * export const pause = command({
 *   name: 'pause',
 *   group: 'accidents',
 *   summary: 'stop the process of a node where it stands',
 *   examples: [{ line: 'pause web-1', text: 'it neither answers nor dies' }],
 *   params: { node },
 *   options: {},
 *   returns: 'Done',
 *   run: async ({ node }, { world }) => said(await world.pause(node)),
 * });
 */
export function command<P extends Params, O extends Options>(of: Declaration<P, O>): Command {
  const { name, group, summary, examples, params, options, returns } = of;
  const usage = usageOf(name, params, options);
  return {
    name,
    callName: of.callName ?? name,
    group,
    summary,
    usage,
    examples,
    params,
    options,
    returns,
    acts: of.acts ?? false,
    prepare: (words, known, line) => {
      const given = bind({ verb: name, usage, params, options, words, known, line });
      return (shell) => of.run(given, shell);
    },
  };
}

function usageOf(name: string, params: Params, options: Options): string {
  const flags = Object.values(options).map(({ usage }) => `[${usage}]`);
  return [name, ...Object.values(params).map(({ usage }) => usage), ...flags].join(' ');
}

/** A result of which the text is all there is to say. */
export function said(text: string, more: Readonly<Record<string, unknown>> = {}): Shown {
  return { value: { text, ...more }, text: (look) => paragraphs(text, look).join('\n') };
}
