/**
 * What TAB offers: verbs, and behind a verb whatever its next parameter or option can be. Nodes that died are offered as
 * well, since they are what `restart` is about.
 */
import type { Command } from './shell/command';
import { Mistake } from './shell/mistake';
import { dashed } from './shell/options';
import { type Known, Reader } from './shell/reader';
import { splitWords, type Word } from './shell/words';

/** Candidates, and the end of the line that they are to replace: what node:repl expects of a completer. */
export type Completion = [candidates: string[], replaced: string];

export function complete(line: string, commands: readonly Command[], known: Known): Completion {
  const typed = /\S*$/.exec(line)?.[0] ?? '';
  const first = /^\s*(\S+)\s/.exec(line)?.[1];
  if (first === undefined) {
    return offer(
      commands.map(({ name }) => name),
      typed,
    );
  }
  const command = commands.find(({ name }) => name === first);
  if (command === undefined) return [[], typed];
  const words = wordsBefore(line, typed, first);
  if (words === undefined) return [[], typed];
  return offer(candidates(command, words, typed, known), typed);
}

/** The whole words behind the verb, without the one that is being typed; `undefined` inside quotes. */
function wordsBefore(line: string, typed: string, verb: string): Word[] | undefined {
  try {
    return splitWords(line.slice(0, line.length - typed.length), line.indexOf(verb) + verb.length);
  } catch (failure) {
    if (failure instanceof Mistake) return undefined;
    throw failure;
  }
}

function candidates(command: Command, words: readonly Word[], typed: string, known: Known): readonly string[] {
  const options = Object.entries(command.options);
  const flagOf = (name: string): string => `--${dashed(name)}`;
  const last = words.at(-1)?.raw ?? '';
  const valued = options.find(([name, { param }]) => flagOf(name) === last && param !== undefined);
  if (valued !== undefined) return valued[1].param?.complete(known) ?? [];
  const flags = options.map(([name]) => flagOf(name)).filter((flag) => !words.some(({ raw }) => raw === flag));
  if (typed.startsWith('-')) return flags;
  const plain = words.filter(({ raw }, place) => !isOption(raw) && !takesValue(command, words[place - 1]?.raw));
  return [...nextParam(command, plain, known), ...(typed === '' ? flags : [])];
}

/** What the parameter can be that the next word is for: the first that is not satisfied by the words there are. */
function nextParam(command: Command, words: readonly Word[], known: Known): readonly string[] {
  const reader = new Reader(words, known, '');
  const found: string[] = [];
  for (const param of Object.values(command.params)) {
    const before = reader.done;
    try {
      param.take(reader);
    } catch (failure) {
      if (!(failure instanceof Mistake)) throw failure;
      return reader.done ? param.complete(known) : [];
    }
    // One that is content with nothing, or takes as many as come, leaves room for those behind it.
    if (before || (reader.done && param.usage.endsWith('...'))) found.push(...param.complete(known));
  }
  return found;
}

function isOption(raw: string): boolean {
  return raw.startsWith('--');
}

function takesValue(command: Command, before: string | undefined): boolean {
  return Object.entries(command.options).some(
    ([name, { param }]) => `--${dashed(name)}` === before && param !== undefined,
  );
}

function offer(all: readonly string[], typed: string): Completion {
  const fitting = [...new Set(all)].filter((one) => one.startsWith(typed));
  return [fitting.map((one) => (one.endsWith('=') ? one : `${one} `)), typed];
}
