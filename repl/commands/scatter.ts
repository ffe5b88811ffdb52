/**
 * How much a network duplicates and scatters: `copies=3 spread=20ms`.
 */
import { durationMs, Refusal, whole } from '../../src/world/quantities';
import { settings } from '../shell/kinds';
import { optional } from '../shell/params';

interface Scatter {
  readonly copies?: number;
  readonly spreadMs?: number;
}

const read =
  (allowed: readonly string[]) =>
  (name: string, value: unknown): Scatter => {
    if (!allowed.includes(name)) throw new Refusal(`there is no ${name} here (there is ${allowed.join(', ')})`);
    const text = String(value);
    return name === 'copies' ? { copies: whole(text) } : { spreadMs: durationMs(text) };
  };

export const copiesAndSpread = optional(
  settings(
    'copies=<count> spread=<duration>',
    '{ copies?: number; spread?: string | number }',
    read(['copies', 'spread']),
  ),
);

export const spreadAlone = optional(settings('spread=<duration>', '{ spread?: string | number }', read(['spread'])));

/** What was given over what is usual. */
export function scatter(given: readonly Scatter[] | undefined): Required<Scatter> {
  return Object.assign({ copies: 1, spreadMs: 10 }, ...(given ?? []));
}
