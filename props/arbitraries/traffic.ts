/**
 * What users do, drawn: a crowd that reads and writes the same few users at a rate, and now and then somebody new.
 */
import fc from 'fast-check';
import type { Command } from '../../src/kernel/operations';
import type { Planned } from '../../src/testing/schedule';

export interface Traffic {
  /** Users 1 to this many are read and written. */
  readonly users: number;
  readonly plan: readonly Planned[];
}

export interface TrafficLimits {
  readonly lengthMs: number;
  readonly timeoutMs: number;
}

export function traffic({ lengthMs, timeoutMs }: TrafficLimits): fc.Arbitrary<Traffic> {
  return fc
    .record({
      users: fc.integer({ min: 1, max: 4 }),
      ratePerS: fc.integer({ min: 5, max: 60 }),
      arrivals: fc.constantFrom<('constant' | 'poisson')[]>('constant', 'poisson'),
      writes: fc.integer({ min: 2, max: 10 }).map((tenths) => tenths / 10),
      created: fc.array(fc.nat({ max: lengthMs }), { maxLength: 3 }),
    })
    .map(({ users, ratePerS, arrivals, writes, created }) => {
      const shape = { loop: 'open', ratePerS, arrivals } as const;
      const load = { kind: 'client.load', shape, writes, users, timeoutMs };
      const begin: Planned = { atMs: 0, command: { verb: 'tell', to: 'crowd-1', body: load, budgetMs: 1_000 } };
      const posts = created.map((atMs, place) => ({ atMs, command: post(place, timeoutMs) }));
      return { users, plan: [begin, ...posts] };
    });
}

/** A request for a new user, whose name is the number. */
export function post(number: number, timeoutMs: number): Command {
  const address = { streetAddress: '1 Main Street', city: 'Springfield', state: 'OR', postalCode: '97477' };
  const body = JSON.stringify({ firstName: `New ${number}`, lastName: 'User', address, phoneNumbers: [] });
  const fetch = { kind: 'client.fetch', method: 'POST', url: '/users', headers: {}, timeoutMs, body };
  return { verb: 'tell', to: 'app-1', body: fetch, budgetMs: timeoutMs + 1_000 };
}
