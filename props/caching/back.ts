/**
 * Claim: under write-back, whatever befalls the cache servers one after the other, what is lost of all that was
 * acknowledged is reported, and what is reported is lost or was on its way. Every write writes a cell of its own, a field
 * of a user, so that the database tells in the end which are there; servers are killed, hang, come back, and are cut off
 * from the database, from each other and from a web server that then goes to the database by itself.
 */
import fc from 'fast-check';
import type { WorldEvent } from '../../src/kernel/events';
import { clientResponse } from '../../src/protocols/client';
import { sqlTransaction } from '../../src/protocols/sql';
import { flushId } from '../../src/protocols/write-back';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import type { Planned } from '../../src/testing/schedule';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import type { ReportedWrite } from '../../src/world/writes-behind';
import { standing } from '../standing';

const accidentKinds = [
  'kill',
  'pause',
  'cut from the database',
  'cut from its peers',
  'cut from a web server',
] as const;

interface Accident {
  readonly how: (typeof accidentKinds)[number];
  readonly victim: 1 | 2 | 3;
  readonly forMs: number;
  readonly thenMs: number;
}

interface Case {
  readonly seed: number;
  readonly flushEveryMs: 60 | 900;
  readonly accidents: readonly Accident[];
  /** How long after the one before each write comes. */
  readonly pausesMs: readonly number[];
}

const users = 8;
const fields = ['firstName', 'lastName', 'streetAddress', 'city', 'state', 'postalCode'] as const;
/** A ledger that has died is missed by then, and everything is noted anew. */
const mendMs = 250;
/** What the database has answered leaves the book by then. */
const crossedOutMs = 150;

export function back(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'of what write-back acknowledges, what is lost is reported, and what is reported is lost or was on its way',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      // Shorter than it takes from one accident to the next, or longer.
      flushEveryMs: fc.constantFrom<Case['flushEveryMs'][]>(60, 900),
      accidents: fc.array(
        fc.record({
          how: fc.constantFrom(...accidentKinds),
          victim: fc.constantFrom<Accident['victim'][]>(1, 2, 3),
          forMs: fc.integer({ min: 5, max: 300 }),
          thenMs: fc.integer({ min: mendMs, max: 2 * mendMs }),
        }),
        { minLength: 1, maxLength: 4, size: 'max' },
      ),
      pausesMs: fc.array(fc.integer({ min: 0, max: 60 }), {
        minLength: users * fields.length,
        maxLength: users * fields.length,
      }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed, flushEveryMs }: Case): DrivenWorld {
  const web = { strategy: 'write-back', cacheMs: 15, cacheProbeMs: 60 };
  const server = { leaseMs: 50, flushEveryMs, flushMs: 100, ledgerMs: 20, handoverMs: 60 };
  const config = {
    'web-1': web,
    'web-2': web,
    'cache-1': server,
    'cache-2': server,
    'cache-3': server,
    'db-1': { seedUsers: users, seedPosts: 0 },
  };
  const { name, topology } = stages.cache;
  return new DrivenWorld(name, withConfig(topology, config), { catalogue, seed });
}

interface Cell {
  readonly user: number;
  readonly field: (typeof fields)[number];
  readonly text: string;
}

function attempt(world: DrivenWorld, { accidents, pausesMs }: Case): Finding {
  const flushes = new Flushes();
  const watching = world.events.subscribe((event) => flushes.see(event));
  const cells = cellsInOrder();
  const plan = pausesMs.map((pauseMs, place): Planned => ({ atMs: pauseMs, command: writeOf(world, cells[place]) }));
  const answers = new Map<number, unknown>();
  const reported = new Map<string, ReportedWrite>();
  let next = 0;
  /** Writes go on, each so long after the one before. */
  const passes = (ms: number): void => {
    const untilMs = world.nowMs + ms;
    let atMs = world.nowMs;
    const due: Planned[] = [];
    const first = next;
    for (; next < plan.length && atMs + (plan[next]?.atMs ?? 0) <= untilMs; next++) {
      atMs += plan[next]?.atMs ?? 0;
      due.push({ atMs, command: plan[next]?.command ?? never });
    }
    const { answers: said } = world.carryOut(due, untilMs);
    late.push({ first, said });
  };
  const late: { first: number; said: ReadonlyMap<number, unknown> }[] = [];
  const report = (): void => {
    const { reported: found, onTheirWay, unaccounted } = world.writesBehind();
    for (const one of found) reported.set(one.id, one);
    const [gap] = unaccounted;
    if (gap !== undefined) throw new Violation('unaccounted', `nobody has the book of ${gap.server}, life ${gap.life}`);
    flushes.demandCrossedOut(onTheirWay);
  };
  passes(150);
  for (const { how, victim, forMs, thenMs } of accidents) {
    const name = `cache-${victim}`;
    if (how === 'kill') {
      world.kill(name, { stay: true });
      flushes.died(name, world.nowMs);
    } else if (how === 'pause') world.pause(name);
    else world.fault({ kind: 'partition', a: name, b: otherSideOf(how, victim) });
    passes(forMs);
    if (how === 'kill') world.restart(name);
    else if (how === 'pause') world.resume(name);
    else world.healAll();
    if (how !== 'kill') flushes.mended(world.nowMs);
    passes(thenMs);
    report();
  }
  passes(2_000);
  report();
  watching.unsubscribe();
  for (const { first, said } of late) for (const [place, answer] of said) answers.set(first + place, answer);
  return judged(world, cells, answers, reported);
}

/** Compares what was acknowledged, what was reported and what the database has. */
function judged(
  world: DrivenWorld,
  cells: readonly Cell[],
  answers: ReadonlyMap<number, unknown>,
  reported: ReadonlyMap<string, ReportedWrite>,
): Finding {
  const there = textsIn(world);
  let lost = 0;
  let behind = 0;
  for (const [place, answer] of answers) {
    const cell = cells[place];
    if (cell === undefined || !clientResponse.accepts(answer) || answer.status !== 200) continue;
    const id = /^"(.*)"$/.exec(answer.headers['etag'] ?? '')?.[1] ?? '';
    if (id.includes('#')) behind++;
    const { text, user, field } = cell;
    const what = `${field} of user ${user}, written as ${id}`;
    const isThere = there.has(text);
    const found = reported.get(id);
    if (!isThere) lost++;
    if (!isThere && found === undefined) throw new Violation('not reported', `${what}, was acknowledged and is lost`);
    if (isThere && found !== undefined) {
      throw new Violation('not lost', `${what}, is in the database, and was reported: ${found.fate}`);
    }
  }
  if (behind === 0) return 'nothing was written to the cache';
  return lost === 0 && reported.size > 0 && behind < cells.length / 4 ? 'hardly anything was acknowledged' : undefined;
}

function textsIn(world: DrivenWorld): ReadonlySet<string> {
  const answer = world.sql('SELECT first_name, last_name, street_address, city, state, postal_code FROM users');
  if (answer.outcome !== 'done') throw new Violation('database', 'it does not say what it has');
  return new Set(answer.rows.flat().map(String));
}

/** Each user's fields one after the other, the users in turn. */
function cellsInOrder(): Cell[] {
  return fields.flatMap((field) =>
    Array.from({ length: users }, (_, place) => ({ user: place + 1, field, text: `${field}-${place + 1}`.slice(-20) })),
  );
}

const never: Planned['command'] = { verb: 'heal-all' };

function writeOf(world: DrivenWorld, cell: Cell | undefined): Planned['command'] {
  if (cell === undefined) return never;
  const { user, field, text } = cell;
  const isName = field === 'firstName' || field === 'lastName';
  const body = isName ? { [field]: text } : { address: { [field]: text } };
  return world.request('PATCH', `/users/${user}`, { body, timeout: 1_000 });
}

function otherSideOf(how: Accident['how'], victim: number): string {
  if (how === 'cut from the database') return 'db-1';
  if (how === 'cut from a web server') return 'web-1';
  const others = [1, 2, 3].filter((one) => one !== victim).map((one) => `cache-${one}`);
  return `{${others.join(',')}}`;
}

/** When flushes were sent, and by whom: what was sent long before a death must not stand in a book any more. */
class Flushes {
  private readonly sentMs = new Map<string, number>();
  private readonly diedMs = new Map<string, number>();
  private mendedMs = 0;

  see(event: WorldEvent): void {
    if (event.type !== 'sent' || !event.node.startsWith('cache-')) return;
    const { body } = event.envelope;
    if (sqlTransaction.accepts(body) && body.recovers !== undefined) {
      this.sentMs.set(body.recovers, this.sentMs.get(body.recovers) ?? event.atUs / 1_000);
    }
  }

  died(server: string, atMs: number): void {
    const deaths = [...this.diedMs.keys()].filter((life) => life.startsWith(`${server}/`)).length;
    this.diedMs.set(`${server}/${deaths + 1}`, atMs);
  }

  mended(atMs: number): void {
    this.mendedMs = atMs;
  }

  demandCrossedOut(onTheirWay: readonly ReportedWrite[]): void {
    for (const { server, life, seq, key, id } of onTheirWay) {
      const diedMs = this.diedMs.get(`${server}/${life}`) ?? 0;
      const sentMs = this.sentMs.get(flushId(server, life, key, seq));
      if (sentMs === undefined || sentMs > diedMs - crossedOutMs || this.mendedMs > diedMs - 2 * mendMs) continue;
      throw new Violation('stays in the book', `${id} of ${key} was flushed ${Math.round(diedMs - sentMs)} ms before`);
    }
  }
}
