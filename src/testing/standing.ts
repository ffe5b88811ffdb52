/**
 * A failure that somebody else can stand in: what was done as lines of the prompt, a diagram of what went wrong, and one
 * command that opens the prompt at that place of that history.
 */
import { around } from '../drawing/diagram/around';
import type { SpaceTime } from '../drawing/diagram/space-time';
import type { WorldEvent } from '../kernel/events';
import { beginning } from '../world/beginning';
import { commandLine } from '../world/command-line';
import { type LoggedCommand, type Moment, reached } from '../world/command-log';
import { pasteable } from '../world/pasteable';
import type { SimulatedWorld } from '../world/simulated-world';
import { type Failure, toToken } from '../world/token';
import { version } from '../world/version';
import { type Shown, Violation } from './claim';
import { FailureLog } from './failure-log';

export interface StandingOptions {
  /** What opens the prompt, before the token. With tiers of one's own: `npx tierrarium --tier ./tiers.ts --replay`. */
  readonly replay?: string;
}

/**
 * Tries something in a world once more, for how it fails, and shows where the world stood then: where the last operation
 * ended that the violation is about, or else where it was thrown.
 *
 * @example
 * show: (schedule) => standing(world(), (tried) => attempt(tried, schedule)),
 */
export function standing<W extends SimulatedWorld>(
  world: W,
  trial: (world: W) => unknown,
  { replay = 'npx tierrarium --replay' }: StandingOptions = {},
): Shown {
  const failure = failureOf(() => trial(world));
  const { recipe } = world;
  const log = new FailureLog(failure?.about ?? []);
  const twin = world.replay(momentOf(failure) ?? world.moment, {
    detail: 'full',
    hashed: true,
    watch: (event) => log.note(event),
  });
  const { moment, outcomes } = twin;
  const standpoint = { recipe, moment, hash: twin.hash(), ...(failure === undefined ? {} : { failure }) };
  const nodes = new Set(twin.topology.nodes.map(({ id }) => id));
  const done = recipe.log.filter((entry) => reached(moment, entry) && !outcomes.isIdle(entry));
  twin.close();
  return {
    accidents: done.flatMap((entry) => accidentLine(entry, outcomes.idleFaults(entry))),
    lines: [`# ${beginning(recipe)}`, ...pasteable(recipe.log, moment, outcomes)],
    command: `${replay} ${toToken(standpoint, version())}`,
    ...(failure === undefined
      ? {}
      : { picture: (rows) => failurePicture(log.events, failure, moment.atUs, nodes, rows) }),
  };
}

/** The diagram of a failure, of the events that led to it. */
export function failurePicture(
  events: readonly WorldEvent[],
  { kind, about }: Failure,
  atUs: number,
  nodes: ReadonlySet<string>,
  flightsMax?: number,
): SpaceTime {
  return around(events, { what: kind, about, atUs, nodes, ...(flightsMax === undefined ? {} : { flightsMax }) });
}

function accidentLine({ atUs, command }: LoggedCommand, idle: readonly string[]): string[] {
  if (command.verb === 'tell' || command.verb === 'apply') return [];
  const note = idle.length === 0 ? '' : ` (${idle.join(', ')} struck nothing)`;
  return [`${atUs / 1000} ms: ${commandLine(command)}${note}`];
}

function failureOf(trial: () => unknown): Failure | undefined {
  try {
    trial();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Violation) return { kind: thrown.kind, message: thrown.message, about: thrown.about };
    return thrown instanceof Error ? { kind: thrown.name, message: thrown.message, about: [] } : undefined;
  }
}

/** Where the last operation ended; what was looked up later, to be sure, is not what went wrong. */
function momentOf(failure: Failure | undefined): Moment | undefined {
  const ends = (failure?.about ?? []).flatMap(({ endedAtUs }) => endedAtUs ?? []).filter(Number.isFinite);
  return ends.length === 0 ? undefined : { atUs: Math.max(...ends), after: Number.MAX_SAFE_INTEGER };
}
