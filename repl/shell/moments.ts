/**
 * Moments of virtual time as `log` prints them: `12.5s`, or `12.5s+4`, four things into that microsecond.
 */
import type { Moment } from '../../src/world/command-log';
import { durationMs } from '../../src/world/quantities';
import { type Param, word } from './params';

export const moment: Param<Moment> = word(
  'moment',
  (text) => {
    const found = /^(.+?)(?:\+(\d+))?$/.exec(text);
    const atUs = Math.round(durationMs(found?.[1] ?? text) * 1000);
    // Without a count: everything that happens at that microsecond.
    return { atUs, after: found?.[2] === undefined ? Number.MAX_SAFE_INTEGER : Number(found[2]) };
  },
  { type: 'string' },
);
