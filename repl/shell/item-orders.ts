/**
 * What can be said to the stores of items: `kv put <key> <value>`, `doc find <collection> <conditions>` and the others, each
 * with words of its own.
 */
import type { Condition } from '../../src/protocols/doc';
import { Refusal } from '../../src/world/quantities';
import { didYouMean, jsonMistake } from '../render/error';
import { version } from './item-options';
import { Mistake } from './mistake';
import { type Param, placed } from './params';
import type { Reader } from './reader';
import type { Word } from './words';

export const kvVerbs = ['get', 'put', 'cas', 'delete', 'scan'] as const;
export const docVerbs = ['get', 'put', 'patch', 'delete', 'find', 'index'] as const;

export type KvOrder =
  | { readonly verb: 'get' | 'delete'; readonly key: string }
  | { readonly verb: 'put'; readonly key: string; readonly value: unknown }
  | { readonly verb: 'cas'; readonly key: string; readonly expected: number; readonly value: unknown }
  | { readonly verb: 'scan'; readonly prefix: string };

interface Place {
  readonly collection: string;
  readonly id: string;
}

export type DocOrder =
  | ({ readonly verb: 'get' | 'delete' } & Place)
  | ({ readonly verb: 'put' | 'patch'; readonly document: Readonly<Record<string, unknown>> } & Place)
  | { readonly verb: 'find'; readonly collection: string; readonly where: readonly Condition[] }
  | { readonly verb: 'index'; readonly collection: string; readonly path: string };

export const kvOrder: Param<KvOrder> = {
  usage: '<verb> [<key>] [<version>] [<value>]',
  signature: (name) => `...${name}: unknown[]`,
  spare: false,
  takesObject: true,
  take: (reader) => {
    const verb = takeVerb(reader, kvVerbs, 'a key-value store');
    if (verb === 'scan') return { verb, prefix: isLeft(reader) ? reader.text('prefix').text : '' };
    const key = takeText(reader, 'key', 512);
    if (verb === 'get' || verb === 'delete') return { verb, key };
    if (verb === 'put') return { verb, key, value: takeValue(reader) };
    return { verb, key, expected: version.take(reader), value: takeValue(reader) };
  },
  complete: () => kvVerbs,
};

export const docOrder: Param<DocOrder> = {
  usage: '<verb> <collection>[/<id>] [<document>|<conditions>|<path>]',
  signature: (name) => `...${name}: unknown[]`,
  spare: false,
  takesObject: true,
  take: (reader) => {
    const verb = takeVerb(reader, docVerbs, 'a document store');
    if (verb === 'find') return { verb, collection: takeCollection(reader), where: takeConditions(reader) };
    if (verb === 'index') {
      return { verb, collection: takeCollection(reader), path: takeText(reader, 'path', 200) };
    }
    const place = takePlace(reader);
    if (verb === 'get' || verb === 'delete') return { verb, ...place };
    return { verb, ...place, document: takeDocument(reader) };
  },
  complete: () => docVerbs,
};

function takeVerb<V extends string>(reader: Reader, verbs: readonly V[], whom: string): V {
  const { text, word } = reader.text(`what to say to ${whom}`);
  return placed(word, () => {
    const found = verbs.find((verb) => verb === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, verbs) || ` (there are ${verbs.join(', ')})`;
    throw new Refusal(`nothing called ${text} can be said to ${whom}${hint}`);
  });
}

function takeText(reader: Reader, what: string, charactersMax: number): string {
  const { text, word } = reader.text(what);
  return placed(word, () => {
    if (text !== '' && text.length <= charactersMax) return text;
    throw new Refusal(`a ${what} has 1 to ${charactersMax} characters, this one ${text.length}`);
  });
}

function takeCollection(reader: Reader): string {
  const { text, word } = reader.text('collection');
  return placed(word, () => collectionOf(text));
}

function takePlace(reader: Reader): Place {
  const { text, word } = reader.text('collection/id');
  return placed(word, () => {
    const slash = text.indexOf('/');
    if (slash < 0 || slash === text.length - 1) {
      throw new Refusal(`'${text}' names no document; write collection/id, for example users/12`);
    }
    return { collection: collectionOf(text.slice(0, slash)), id: text.slice(slash + 1) };
  });
}

function collectionOf(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(text)) return text;
  throw new Refusal(`'${text}' is no name for a collection: letters, digits, _ and -, a letter first`);
}

/** JSON; what does not look like it is a text as it stands, and so is what stands in quotes. */
function takeValue(reader: Reader): unknown {
  const word = reader.take('value');
  if (typeof word.value !== 'string' || word.at === undefined) return word.value;
  if (word.raw.startsWith('"')) return word.value;
  if (/^[[{]/.test(word.value)) return parsed(word);
  return literalOf(word.value);
}

function takeDocument(reader: Reader): Readonly<Record<string, unknown>> {
  const word = reader.take('document');
  const value = typeof word.value === 'string' ? parsed(word) : word.value;
  if (isRecord(value)) return value;
  throw new Mistake('a document is a JSON object such as {"name": "Ada"}', word.at);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed({ value, at }: Word): unknown {
  const text = String(value);
  try {
    return JSON.parse(text);
  } catch (failure) {
    const mistake = jsonMistake(text);
    if (mistake === undefined) throw failure;
    throw new Mistake(mistake.message, at === undefined ? undefined : at + mistake.column - 1);
  }
}

const conditionForm = /^\s*(?:and\s+)?([^\s=<>"]+)\s*(<=|>=|=|<|>)\s*("(?:[^"\\]|\\.)*"|[^\s=<>"]+)/i;

/** `address.city = "Oslo" age>=30`, up to the end of the line. */
function takeConditions(reader: Reader): Condition[] {
  const words: Word[] = [];
  while (isLeft(reader)) words.push(reader.take('condition'));
  let rest = words.map(({ at, raw, value }) => (at === undefined ? String(value) : raw)).join(' ');
  const found: Condition[] = [];
  while (rest.trim() !== '') {
    const match = conditionForm.exec(rest);
    const [all = '', path = '', is = '', value = ''] = match ?? [];
    const known = (['=', '<', '<=', '>', '>='] as const).find((one) => one === is);
    if (known === undefined) {
      throw new Mistake(`'${rest.trim()}' is no condition; write for example address.city = "Oslo"`, words[0]?.at);
    }
    found.push({ path, is: known, value: scalarOf(value) });
    rest = rest.slice(all.length);
  }
  return found;
}

function scalarOf(text: string): Condition['value'] {
  const value = literalOf(text);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** A number, true, false, null or a text in quotes; anything else is a text as it stands. */
function literalOf(text: string): unknown {
  if (!/^("|-?\d|true$|false$|null$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** In a call, options stand behind the words. */
function isLeft(reader: Reader): boolean {
  const value = reader.peek()?.value;
  return typeof value === 'string' || typeof value === 'number';
}
