/**
 * What the verbs of both stores of items take alike: whom to ask, how fresh, how long to wait.
 */

import type { ItemOptions } from '../../src/world/item-operator';
import { Refusal } from '../../src/world/quantities';
import { type Fresh, fresh, oneOf, patience } from './kinds';
import { Mistake } from './mistake';
import { option } from './options';
import { type Param, word } from './params';

const store = oneOf('node', ({ copies, groups, nodes }) => [
  ...copies,
  ...groups.filter((group) => !copies.includes(group)),
  ...nodes.filter((node) => node.startsWith('router')),
]);

export const itemOptions = {
  at: option(
    '--at <node>',
    store,
    'which copy is asked, or the primary of which group; by default the router or primary',
  ),
  fresh: option(
    '--fresh <freshness>',
    fresh,
    'how fresh a read must be: newest (the default), any or a time such as 500ms',
  ),
  timeout: option('--timeout <duration>', patience, 'how long to wait for an answer, by default 5s'),
};

/** As get tells it; 0 means that there must be nothing yet. */
export const version: Param<number> = word(
  'version',
  (text) => {
    if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    throw new Refusal(`'${text}' is no version; get tells it, and 0 means that there must be nothing yet`);
  },
  { type: 'number' },
);

interface Given {
  readonly at?: string | undefined;
  readonly fresh?: Fresh | undefined;
  readonly timeout?: number | undefined;
}

export function optionsFor({ at, fresh: wanted, timeout }: Given): ItemOptions {
  if (wanted === 'session')
    throw new Refusal('what this session has seen is known for sql alone; write newest, any or a time');
  return {
    ...(at === undefined ? {} : { at }),
    ...(wanted === undefined ? {} : { fresh: wanted }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** An option that would do nothing is a mistake. */
export function demandOptionsFit<N extends string>(
  verb: string,
  given: Readonly<Record<N, unknown>>,
  takers: Readonly<Record<N, readonly string[]>>,
): void {
  for (const name in given) {
    if (given[name] === undefined || takers[name].includes(verb)) continue;
    throw new Mistake(`--${name} is for ${takers[name].join(', ')}; ${verb} has no use for it`);
  }
}
