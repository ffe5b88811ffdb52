/**
 * A space-time diagram of what went wrong: how the operations concerned were done, what befell the site before and
 * meanwhile, and where it ended. Nothing else, since what is under way besides would hide it; and no more than can be
 * taken in.
 */
import type { NodeId } from '../../kernel/envelope';
import type { LifeEvent, WorldEvent } from '../../kernel/events';
import { type Concern, type Cone, coneOf } from './cone';
import type { Mark } from './marks';
import { flightKey, inOrder, type SpaceTime, spaceTimeOf } from './space-time';

export interface Around {
  /** What went wrong, in a few words. */
  readonly what: string;
  /** What it is about; where this is empty, what ended last, or the newest messages if nobody did anything. */
  readonly about: readonly Concern[];
  /** When it showed. */
  readonly atUs: number;
  /** The nodes that can be drawn: doors into the world are none. */
  readonly nodes: ReadonlySet<NodeId>;
  readonly flightsMax?: number;
  readonly marksMax?: number;
}

/** More than that of one violation nobody compares. */
const concernsMax = 4;
const latestMax = 2;

/** Needs events in full detail, of all that is to be drawn. */
export function around(events: readonly WorldEvent[], given: Around): SpaceTime {
  const { what, about, atUs, nodes, flightsMax = 20, marksMax = 10 } = given;
  const past = events.filter((event) => event.atUs <= atUs);
  const concerns = about.length > 0 ? about : latest(past);
  const cones = concerns.flatMap((concern) => coneOf(past, concern) ?? []).slice(-concernsMax);
  const mail = cones.length === 0 ? undefined : keysOf(cones, Math.max(2, Math.floor(flightsMax / cones.length)));
  const inSight = (node: NodeId): boolean => nodes.has(node);
  const flown = spaceTimeOf(past, {
    toUs: atUs,
    nodes: inSight,
    marks: () => false,
    ...(mail === undefined ? { flightsMax } : { mail: (one) => mail.has(flightKey(one)) }),
  });
  const sinceUs = flown.flights[0]?.sentUs ?? 0;
  const drawn = cones.length === 0 ? nodes : new Set([...cones.map(({ call }) => call.node), ...flown.nodes]);
  const steps = new Set<WorldEvent>(cones.flatMap(({ call, end }) => (end === undefined ? [call] : [call, end])));
  const { marks } = spaceTimeOf(past, { toUs: atUs, marks: (event) => steps.has(event) || befalls(event, drawn) });
  const violation: Mark = { node: undefined, atUs, type: 'violation', text: `✗ ${what}` };
  const kept = newest(marks, marksMax);
  const fromUs = Math.min(sinceUs, kept[0]?.atUs ?? sinceUs);
  const said = cones.reduce((sum, cone) => sum + cone.mail.length, 0);
  const leftOut = flown.leftOut + Math.max(0, said - (mail?.size ?? said));
  return {
    ...flown,
    fromUs,
    toUs: atUs,
    nodes: inOrder([...flown.nodes, ...kept.flatMap(({ node }) => node ?? [])]),
    marks: [...kept, violation],
    leftOut,
  };
}

/** What ended last. */
function latest(events: readonly WorldEvent[]): readonly Concern[] {
  const steps = events.filter((event) => event.type === 'operation');
  const ends = steps.filter(({ operation }) => operation.phase !== 'invoke').slice(-latestMax);
  return ends.flatMap(({ atUs, operation: { process } }) => {
    const calls = steps.filter((step) => {
      return step.operation.process === process && step.operation.phase === 'invoke' && step.atUs <= atUs;
    });
    const call = calls.at(-1);
    return call === undefined ? [] : [{ process, calledAtUs: call.atUs }];
  });
}

/** Of a long operation how it began and how it ended. */
function keysOf(cones: readonly Cone[], each: number): ReadonlySet<string> {
  return new Set(
    cones.flatMap(({ mail }) => {
      const some =
        mail.length <= each ? mail : [...mail.slice(0, Math.ceil(each / 2)), ...mail.slice(-Math.floor(each / 2))];
      return some.map(flightKey);
    }),
  );
}

/** Whether something befalls the site, or one of these nodes: hosts and boxes carry them, and first starts are no news. */
function befalls(event: WorldEvent, drawn: ReadonlySet<NodeId>): boolean {
  if (event.type === 'fault') return true;
  if (event.type === 'life') return !isQuiet(event) && (drawn.has(event.node) || /^(host|box)-/.test(event.phase));
  return event.type === 'act' && drawn.has(event.node);
}

function isQuiet({ phase, incarnation }: LifeEvent): boolean {
  if (phase === 'spawned' || phase === 'restarting') return true;
  return (phase === 'started' || phase === 'ready') && incarnation === 1;
}

/** What was done and what came of it always stays; of the rest what came last. */
function newest(marks: readonly Mark[], max: number): Mark[] {
  const isStep = ({ type }: Mark): boolean => type === 'call' || type === 'end';
  let spare = marks.filter((mark) => !isStep(mark)).length - max;
  return marks.filter((mark) => isStep(mark) || --spare < 0);
}
