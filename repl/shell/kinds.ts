/**
 * The kinds of things that verbs are about: nodes, links, sizes, spans of time, URLs, JSON.
 */
import picomatch from 'picomatch';
import type { Family } from '../../src/protocols/shard-map';
import {
  bytesPerS as bytesPerSOf,
  durationMs,
  Refusal,
  ratePerS,
  share as shareOf,
  signedMs,
  signedShare as signedShareOf,
  whole,
  wholeOrZero,
} from '../../src/world/quantities';
import { didYouMean, jsonMistake } from '../render/error';
import { Mistake } from './mistake';
import { optional, type Param, placed, word } from './params';
import type { Known, Reader } from './reader';

/** One word out of a list that is known now; anything else is refused with the nearest. */
export function oneOf(what: string, candidates: (known: Known) => readonly string[]): Param<string> {
  const read = (text: string, known: Known): string => {
    const there = candidates(known);
    if (there.includes(text)) return text;
    throw new Refusal(`there is no ${what} ${text}${hint(text, there, what === 'box' ? 'boxes' : `${what}s`)}`);
  };
  return word(what, read, { complete: candidates });
}

function hint(text: string, there: readonly string[], plural: string): string {
  const near = didYouMean(text, there);
  if (near !== '') return near;
  const shown = there.slice(0, 8).join(', ');
  return there.length === 0 ? ` (there are no ${plural})` : ` (${plural}: ${shown}${there.length > 8 ? ', ...' : ''})`;
}

export const node = oneOf('node', ({ nodes }) => nodes);
export const box = oneOf('box', ({ boxes }) => boxes);
export const tier = oneOf('tier', ({ tiers }) => tiers);
export const stage = oneOf('stage', ({ stages }) => stages);
export const client = oneOf('client', ({ clients }) => clients);
/** A copy of the relational data, or a whole group of them where there are several. */
export const cacheServer = oneOf('cache server', ({ caches }) => caches);
export const database = oneOf('database', ({ databases, groups }) =>
  groups.length > 1 ? [...databases, ...groups] : databases,
);
/** A copy of what some tier stores. */
export const copy = oneOf('database', ({ copies }) => copies);
/** All copies of the same data. */
export const group = oneOf('group', ({ groups }) => groups);
export const verb = oneOf('verb', ({ verbs }) => verbs);

/** A node or all that match a glob such as `web-*`; at least one. */
export const nodes: Param<readonly string[]> = word(
  'node',
  (text, known) => {
    if (!isGlob(text)) {
      if (known.nodes.includes(text)) return [text];
      throw new Refusal(`there is no node ${text}${hint(text, known.nodes, 'nodes')}`);
    }
    const found = known.nodes.filter(globMatcher(text));
    if (found.length === 0) throw new Refusal(`no node matches ${text}${hint(text, known.nodes, 'nodes')}`);
    return found;
  },
  { complete: ({ nodes: ids }) => ids },
);

/** Which nodes a fault is about: an id, or a glob that may match nothing yet. Kept as it is written. */
export const target: Param<string> = word(
  'node',
  (text, known) => {
    if (isGlob(text) || known.nodes.includes(text)) return text;
    throw new Refusal(`there is no node ${text}${hint(text, known.nodes, 'nodes')}`);
  },
  { complete: ({ nodes: ids }) => ids },
);

/** Two sides: `web-1 | db-1`, or `web-1 -> db-1` for one direction. */
export interface Sides {
  readonly a: string;
  readonly b: string;
  readonly oneWay: boolean;
}

export const sides: Param<Sides> = {
  usage: '<node> | <node>',
  signature: () => 'a: string, b: string',
  spare: false,
  take: (reader) => {
    const a = target.take(reader);
    const sign = reader.sign('|', '->');
    return { a, b: target.take(reader), oneWay: sign === '->' };
  },
  complete: (known) => [...known.nodes, '|'],
};

/** From one side to the other: `lb-1 -> web-*`. */
export const direction: Param<{ readonly from: string; readonly to: string }> = {
  usage: '<node> -> <node>',
  signature: () => 'from: string, to: string',
  spare: false,
  take: (reader) => {
    const from = target.take(reader);
    reader.sign('->');
    return { from, to: target.take(reader) };
  },
  complete: (known) => [...known.nodes, '->'],
};

/** All links of a node, or those between two. */
export type Where = { readonly node: string } | { readonly a: string; readonly b: string };

export const where: Param<Where> = {
  usage: '<node> [| <node>]',
  signature: (name) => `${name}: string`,
  spare: false,
  take: (reader) => {
    const a = target.take(reader);
    return reader.sign('|') === undefined ? { node: a } : { a, b: target.take(reader) };
  },
  complete: (known) => [...known.nodes, '|'],
};

/** A span of time: typed with its unit, in a call milliseconds do as well. */
function span(what: string, read: (span: string | number) => number): Param<number> {
  const typed = word(what, read, { type: 'string | number' });
  return {
    ...typed,
    take: (reader) => {
      const found = reader.peek();
      if (typeof found?.value !== 'number') return typed.take(reader);
      const { value } = found;
      reader.take(what);
      return placed(found, () => read(value));
    },
  };
}

export const host: Param<number> = word(
  'host',
  (text, known) => {
    if (known.hosts.includes(text)) return Number(text);
    throw new Refusal(`there is no host ${text} (hosts: ${known.hosts.join(', ')})`);
  },
  { type: 'number', complete: ({ hosts }) => hosts },
);

export const duration: Param<number> = span('duration', durationMs);
/** More than no time at all. */
export const patience: Param<number> = word(
  'duration',
  (text) => {
    const ms = durationMs(text);
    if (ms === 0) throw new Refusal('nobody waits for no time at all; write for example 250ms or 5s');
    return ms;
  },
  { type: 'string | number' },
);
export const signedDuration: Param<number> = span('offset', signedMs);
export const share: Param<number> = word('share', shareOf, { type: 'string | number' });
export const signedShare: Param<number> = word('share', signedShareOf, { type: 'string | number' });
export const rate: Param<number> = word('rate', ratePerS, { type: 'string | number' });
export const bytesPerS: Param<number> = word('rate', bytesPerSOf, { type: 'string | number' });
const families: readonly Family[] = ['sql', 'kv', 'doc'];
/** A store that can be sharded. */
export const family: Param<Family> = word(
  'family',
  (text) => {
    const found = families.find((one) => one === text);
    if (found !== undefined) return found;
    throw new Refusal(`there is no family ${text} (families: ${families.join(', ')})`);
  },
  { complete: () => families },
);
export const anyText: Param<string> = word('text', (text) => text);

/** A whole number of things, at least one. */
export const count: Param<number> = word('count', whole, { type: 'number' });
/** A whole number that may be 0. */
export const number: Param<number> = word('number', wholeOrZero, { type: 'number' });

/** How fresh a read must be. */
export type Fresh = 'newest' | 'any' | 'session' | { readonly withinMs: number };

export const fresh: Param<Fresh> = word(
  'newest|any|session|duration',
  (text): Fresh => {
    if (text === 'newest' || text === 'any' || text === 'session') return text;
    if (/^\d/.test(text)) return { withinMs: durationMs(text) };
    throw new Refusal(`'${text}' is not how fresh data can be; write newest, any, session or a time such as 500ms`);
  },
  { type: "'newest' | 'any' | 'session' | string", complete: () => ['newest', 'any', 'session', '500ms'] },
);

/** A path on the site, or a whole http URL. */
export const url: Param<string> = word('url', (text) => {
  const whole = text.startsWith('/') ? `http://site${text}` : text;
  if (!/^https?:\/\//.test(whole) || !URL.canParse(whole)) {
    throw new Refusal(`'${text}' is not a URL; write for example /users/12 or http://api.mysite.com/users/12`);
  }
  return text;
});

/** The rest of the line as JSON; in a call, any value. */
export const json: Param<unknown> = {
  usage: '<json>',
  signature: (name) => `${name}: unknown`,
  spare: false,
  takesObject: true,
  take: (reader) => {
    const found = reader.take('a JSON body');
    if (typeof found.value !== 'string') return found.value;
    return parseJson(found.value, found.at);
  },
  complete: () => [],
};

export const optionalJson: Param<unknown> = optional(json);

function parseJson(text: string, at: number | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (failure) {
    const mistake = jsonMistake(text);
    if (mistake === undefined) throw failure;
    throw new Mistake(mistake.message, at === undefined ? undefined : at + mistake.column - 1);
  }
}

/** `cpus=4 memory=8gb`, or the same as one JSON object: names and values, each read by its own kind. */
export function settings<T>(
  usage: string,
  type: string,
  read: (name: string, value: unknown, known: Known) => T,
): Param<readonly T[]> {
  return {
    usage,
    signature: (name) => `${name}: ${type}`,
    spare: false,
    takesObject: true,
    take: (reader) => takeSettings(reader, read),
    complete: () => usage.match(/\w+=/g) ?? [],
  };
}

function takeSettings<T>(reader: Reader, read: (name: string, value: unknown, known: Known) => T): T[] {
  const taken: T[] = [];
  do {
    const found = reader.take('a setting such as name=value');
    const given = String(found.value).startsWith('{') ? parseJson(String(found.value), found.at) : found.value;
    if (typeof given === 'object' && given !== null) {
      for (const [name, value] of Object.entries(given))
        taken.push(placed(found, () => read(name, value, reader.known)));
      continue;
    }
    const text = String(given);
    const equals = text.indexOf('=');
    if (equals < 1) throw new Mistake(`'${text}' is not a setting; write name=value`, found.at);
    taken.push(placed(found, () => read(text.slice(0, equals), text.slice(equals + 1), reader.known)));
  } while (!reader.done);
  return taken;
}

export function isGlob(text: string): boolean {
  return picomatch.scan(text).isGlob;
}

/** The glob of the faults: one meaning of `web-*` everywhere. */
export function globMatcher(glob: string): (id: string) => boolean {
  const matches = picomatch(glob, { dot: true, bash: true });
  return (id) => matches(id); // Handed to `filter` itself it would take the index for an option.
}
