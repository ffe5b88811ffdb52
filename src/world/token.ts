/**
 * A place in a history as one pasteable word: what the world was made from, what was done to it, and the moment at which
 * to stand. Whoever has the word stands in the same failure.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Concern } from '../drawing/diagram/cone';
import type { Moment } from './command-log';
import { Refusal } from './quantities';
import type { Recipe } from './simulated-world';

/** What a token holds. */
export interface Standpoint {
  readonly recipe: Recipe;
  readonly moment: Moment;
  /** Over everything up to that moment: where it comes out otherwise, the code is not what it was. */
  readonly hash?: string;
  /** What went wrong there, if something did. */
  readonly failure?: Failure;
}

/** A claim that fell. */
export interface Failure {
  /** In a few words: `acknowledged write lost`. */
  readonly kind: string;
  readonly message: string;
  /** The operations concerned, the one that shows it last. */
  readonly about: readonly Concern[];
}

const mark = 'tr';

/**
 * A token of a standpoint. It belongs to one version of the package: another may tell another history from the same seed.
 *
 * @example
 * const token = toToken({ recipe: world.recipe, moment: world.moment }, '0.1.0');
 * fromToken(token, '0.1.0').moment; // where the world stood
 */
export function toToken(standpoint: Standpoint, version: string): string {
  const bytes = deflateRawSync(JSON.stringify(standpoint), { level: 9 });
  const check = crc32(bytes).toString(36);
  return [mark, version.replaceAll('.', '-'), check, bytes.toString('base64url')].join('.');
}

/** Reads a token; a `Refusal` says whether it is damaged or of another version. */
export function fromToken(token: string, version: string): Standpoint {
  const [found, of = '', check, data = ''] = token.trim().split('.');
  if (found !== mark) throw new Refusal('this is not a token: it should begin with tr.');
  const damaged = 'this token is damaged: a part of it is missing or changed';
  if (data === '') throw new Refusal(damaged);
  const made = of.replaceAll('-', '.');
  if (made !== version) {
    throw new Refusal(`this token was made by version ${made}, and this is ${version}: the history would be another`);
  }
  const bytes = Buffer.from(data, 'base64url');
  if (crc32(bytes).toString(36) !== check) throw new Refusal(damaged);
  return JSON.parse(inflateRawSync(bytes).toString('utf8')) as Standpoint;
}
