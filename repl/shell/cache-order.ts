/**
 * What can be said to a cache: `get <key>`, `set <key> <value> [<seconds>]` and the others, each with words of its own.
 */
import { cacheKeyProblem } from '../../src/protocols/cache-key';
import { durationMs, Refusal } from '../../src/world/quantities';
import { didYouMean } from '../render/error';
import { type Param, placed } from './params';
import type { Reader } from './reader';

export const cacheVerbs = [
  'get',
  'set',
  'add',
  'replace',
  'cas',
  'delete',
  'incr',
  'decr',
  'touch',
  'flush',
  'stats',
] as const;
export type CacheVerb = (typeof cacheVerbs)[number];

export type CacheOrder =
  | { readonly verb: 'get' | 'delete'; readonly key: string }
  | { readonly verb: 'set' | 'add' | 'replace'; readonly key: string; readonly value: string; readonly seconds: number }
  | {
      readonly verb: 'cas';
      readonly key: string;
      readonly value: string;
      readonly cas: number;
      readonly seconds: number;
    }
  | { readonly verb: 'incr' | 'decr'; readonly key: string; readonly by: string }
  | { readonly verb: 'touch'; readonly key: string; readonly seconds: number }
  | { readonly verb: 'flush' }
  | { readonly verb: 'stats' };

export const cacheOrder: Param<CacheOrder> = {
  usage: '<verb> [<key> [<value>] [<seconds>]]',
  signature: (name) => `...${name}: (string | number)[]`,
  spare: false,
  take: (reader) => {
    const verb = takeVerb(reader);
    switch (verb) {
      case 'get':
      case 'delete':
        return { verb, key: takeKey(reader) };
      case 'set':
      case 'add':
      case 'replace':
        return { verb, key: takeKey(reader), value: reader.text('value').text, seconds: takeSeconds(reader, 0) };
      case 'cas':
        return {
          verb,
          key: takeKey(reader),
          value: reader.text('value').text,
          cas: takeNumber(reader),
          seconds: takeSeconds(reader, 0),
        };
      case 'incr':
      case 'decr':
        return { verb, key: takeKey(reader), by: isLeft(reader) ? reader.text('number').text : '1' };
      case 'touch':
        return { verb, key: takeKey(reader), seconds: takeSeconds(reader) };
      case 'flush':
      case 'stats':
        return { verb };
    }
  },
  complete: () => cacheVerbs,
};

function takeVerb(reader: Reader): CacheVerb {
  const { text, word } = reader.text('what to say to the cache');
  return placed(word, () => {
    const found = cacheVerbs.find((verb) => verb === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, cacheVerbs) || ` (there are ${cacheVerbs.join(', ')})`;
    throw new Refusal(`nothing called ${text} can be said to a cache${hint}`);
  });
}

function takeKey(reader: Reader): string {
  const { text, word } = reader.text('key');
  return placed(word, () => {
    const problem = cacheKeyProblem(text);
    if (problem === undefined) return text;
    throw new Refusal(problem);
  });
}

/** Seconds as memcached has them, or a time with its unit. */
function takeSeconds(reader: Reader, otherwise?: number): number {
  if (otherwise !== undefined && !isLeft(reader)) return otherwise;
  const { text, word } = reader.text('seconds');
  return placed(word, () => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : durationMs(text) / 1000));
}

function takeNumber(reader: Reader): number {
  const { text, word } = reader.text('number that get gave');
  return placed(word, () => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
    throw new Refusal(`'${text}' is no number that get gave`);
  });
}

/** In a call, options stand behind the words. */
function isLeft(reader: Reader): boolean {
  return typeof reader.peek()?.value === 'string' || typeof reader.peek()?.value === 'number';
}
