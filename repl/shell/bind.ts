/**
 * Fits words to a verb's parameters and options: `kill web-1 --stay` and `kill('web-1', { stay: true })` come out alike.
 */
import { didYouMean } from '../render/error';
import { Mistake } from './mistake';
import { type Collector, dashed, type Option, type Options } from './options';
import type { Param } from './params';
import { type Known, Reader } from './reader';
import type { Word } from './words';

export type Params = Readonly<Record<string, Param<unknown>>>;

/** What a handler gets: parameters by name, and the options that were given. */
export type Bound<P, O> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never } & {
  readonly [K in keyof O]?: O[K] extends Option<infer T> ? T : never;
};

/** What is bound for one verb: its name, what it takes, and the words. */
export interface Binding<P extends Params, O extends Options> {
  readonly verb: string;
  /** `kill <node>... [--stay]`. */
  readonly usage: string;
  readonly params: P;
  readonly options: O;
  readonly words: readonly Word[];
  readonly known: Known;
  /** The whole line; empty in a call. */
  readonly line: string;
}

/** Throws a `Mistake` for the first word that does not fit. */
export function bind<P extends Params, O extends Options>(of: Binding<P, O>): Bound<P, O> {
  const collectors = new Map<string, Collector<unknown>>();
  const reader = new Reader(takeOptions(of, collectors), of.known, of.line, of.usage);
  const bound: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(of.params)) bound[name] = param.take(reader);
  takeOptionObject(of, reader, collectors);
  const stray = reader.peek();
  if (stray !== undefined) throw new Mistake(`${of.verb} takes nothing more here, but there is ${stray.raw}`, stray.at);
  for (const [name, { value }] of collectors) bound[name] = value;
  // Each name was filled by the parameter or option of that name, which the compiler cannot follow through entries().
  return bound as Bound<P, O>;
}

/** Takes the options out of the words of a line and leaves the rest. */
function takeOptions(of: Binding<Params, Options>, collectors: Map<string, Collector<unknown>>): Word[] {
  const plain: Word[] = [];
  const words = of.words[Symbol.iterator]();
  for (let next = words.next(); next.done !== true; next = words.next()) {
    const word = next.value;
    if (word.at === undefined || !word.raw.startsWith('--')) {
      plain.push(word);
      continue;
    }
    const equals = word.raw.indexOf('=');
    const typed = equals < 0 ? word.raw : word.raw.slice(0, equals);
    const [name, option] = find(of, typed.slice(2), word.at);
    const collector = collectorOf(name, option, collectors);
    if (option.param === undefined) {
      if (equals >= 0) throw new Mistake(`${typed} takes no value`, word.at + equals);
      collector.add(new Reader([], of.known, of.line));
      continue;
    }
    const value = equals < 0 ? words.next().value : valueBehind(word, word.at, equals);
    if (value === undefined) throw new Mistake(`${typed} needs a value: ${option.usage}`, word.at + word.raw.length);
    collector.add(new Reader([value], of.known, of.line));
  }
  return plain;
}

function valueBehind(word: Word, at: number, equals: number): Word {
  const value = String(word.value).slice(equals + 1);
  return { value, raw: word.raw.slice(equals + 1), at: at + equals + 1 };
}

/** In a call, options are an object behind the parameters. */
function takeOptionObject(
  of: Binding<Params, Options>,
  reader: Reader,
  collectors: Map<string, Collector<unknown>>,
): void {
  const given = reader.peek();
  if (given === undefined || given.at !== undefined || typeof given.value !== 'object' || given.value === null) return;
  reader.take('options');
  for (const [key, values] of Object.entries(given.value)) {
    if (values === undefined || values === false) continue;
    const [name, option] = find(of, dashed(key), undefined);
    const collector = collectorOf(name, option, collectors);
    for (const value of Array.isArray(values) ? values : [values]) {
      collector.add(new Reader([{ value, raw: String(value) }], of.known, ''));
    }
  }
}

function collectorOf(name: string, option: Option<unknown>, collectors: Map<string, Collector<unknown>>) {
  const collector = collectors.get(name) ?? option.collect();
  collectors.set(name, collector);
  return collector;
}

function find(of: Binding<Params, Options>, typed: string, at: number | undefined): readonly [string, Option<unknown>] {
  const found = Object.entries(of.options).find(([name]) => dashed(name) === typed);
  if (found !== undefined) return found;
  const names = Object.keys(of.options).map((name) => `--${dashed(name)}`);
  const near = didYouMean(`--${typed}`, names);
  const hint = near !== '' ? near : names.length === 0 ? ' (it has no options)' : ` (options: ${names.join(', ')})`;
  throw new Mistake(`${of.verb} has no option --${typed}${hint}`, at);
}
