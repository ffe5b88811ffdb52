/** Shows how busy everybody is and how the load fares. */
import { ConfigError } from '../../src/kernel/schema';
import type { ClientReport } from '../../src/protocols/client';
import {
  activitiesOf,
  answersPerS,
  top as draw,
  ratesOf,
  type TopFrame,
  type TopPoint,
  type TopSample,
} from '../render/top';
import { command, type Shown } from '../shell/command';
import { duration } from '../shell/kinds';
import { optional } from '../shell/params';
import { passVirtual } from '../shell/passing';
import type { AnyWorld, Shell } from '../shell/shell';
import { loadsOf } from './loads';

/** A chart has room for this many points. */
const pointsMax = 30;
const beatMs = 1_000;
/** What the first frame on threads is about: long enough for a rate, short enough to wait for. */
const firstMs = 300;

/** The last look at each world, and the one before: rates are over the time in between. */
const looks = new WeakMap<AnyWorld, { readonly before: TopSample | undefined; readonly after: TopSample }>();

export const top = command({
  name: 'top',
  group: 'looking',
  summary: 'show who is busy: rates, CPU, queues, and how the load fares; live at a prompt on threads',
  examples: [
    { line: 'top', text: 'on threads: now, and live at a prompt; in simulation: since the last top' },
    { line: 'top 10s', text: 'lets ten seconds pass, and draws how it went' },
  ],
  params: { duration: optional(duration) },
  options: {},
  returns: '{ atUs: number; seconds: number; nodes: readonly any[]; loads: readonly any[] }',
  run: async ({ duration: ms }, shell): Promise<Shown<Top>> => {
    const { virtual, world } = shell;
    if (ms !== undefined) return over(ms, shell);
    if (virtual !== undefined) return shown(await lookAgain(shell), []);
    const before = await sample(world);
    await shell.sleep(firstMs);
    const first = shown(await frameOf(shell, before, await sample(world)), []);
    return { ...first, live: { everyMs: beatMs, frame: live(shell) } };
  },
});

/** What `top` is as JSON. */
export interface Top {
  readonly atUs: number;
  /** What the rates are over. */
  readonly seconds: number;
  readonly nodes: readonly {
    readonly node: string;
    readonly state: string;
    readonly handledPerS: number;
    readonly droppedPerS: number;
    readonly cpu: number;
    readonly serviceMs: number | null;
    readonly mailbox: number;
    readonly mailboxMax: number | null;
  }[];
  readonly loads: readonly (ClientReport & {
    readonly client: string;
    readonly sentPerS: number;
    readonly okPerS: number;
    readonly failedPerS: number;
  })[];
}

/** Lets time pass and looks at it in between, for the charts; the rates are over all of it. */
async function over(ms: number, shell: Shell): Promise<Shown<Top>> {
  const { world, virtual, signal } = shell;
  const first = await sample(world);
  const history: TopPoint[] = [];
  let last = first;
  for (let point = 1; point <= pointsMax; point++) {
    const partMs = (ms * point) / pointsMax - (last.nowUs - first.nowUs) / 1e3;
    if (virtual === undefined) await shell.sleep(Math.max(0, partMs));
    else await passVirtual(virtual, Math.max(0, partMs), signal);
    const next = await sample(world);
    history.push(pointOf(last, next));
    last = next;
  }
  looks.set(world, { before: first, after: last });
  return shown(await frameOf(shell, first, last), history);
}

/** In simulation: since the last look; a second look at the same moment is the same frame. */
async function lookAgain(shell: Shell): Promise<TopFrame> {
  const { world } = shell;
  const last = looks.get(world);
  const after = await sample(world);
  const before = last?.after.nowUs === after.nowUs ? last.before : last?.after;
  looks.set(world, { before, after });
  return frameOf(shell, before, after);
}

function live(shell: Shell): NonNullable<Shown['live']>['frame'] {
  const history: TopPoint[] = [];
  let before: TopSample | undefined;
  return async (look) => {
    const after = await sample(shell.world);
    if (before !== undefined) history.push(pointOf(before, after));
    const frame = await frameOf(shell, before, after);
    before = after;
    return draw({ ...frame, history: history.slice(-look.columns) }, look);
  };
}

function pointOf(before: TopSample, after: TopSample): TopPoint {
  const slowest = [...after.loads.values()].map((load) => load.lately?.p95Ms ?? load.p95Ms);
  return { ratePerS: answersPerS({ before, after }), p95Ms: Math.max(0, ...slowest) };
}

/** Looks without asking anybody anything: a look changes nothing. */
async function sample(world: AnyWorld): Promise<TopSample> {
  const { nowUs } = world;
  return { nowUs, census: await world.census(), loads: await loadsOf(world) };
}

async function frameOf(
  { stage, world, tiers }: Shell,
  before: TopSample | undefined,
  after: TopSample,
): Promise<TopFrame> {
  const mailboxMax = new Map<string, number>();
  for (const { spec } of after.census.nodes) {
    try {
      const max = tiers.get(spec.kind)?.configure(spec.config).service.mailboxMax;
      if (max !== undefined) mailboxMax.set(spec.id, max);
    } catch (failure) {
      if (!(failure instanceof ConfigError)) throw failure; // A node whose config is refused has no bound to show.
    }
  }
  return { name: stage.name, mode: world.mode, before, after, mailboxMax };
}

function shown(frame: TopFrame, history: readonly TopPoint[]): Shown<Top> {
  return { value: topJson(frame), text: (look) => draw({ ...frame, history }, look) };
}

function topJson(frame: TopFrame): Top {
  const { before, after } = frame;
  return {
    atUs: after.nowUs,
    seconds: (after.nowUs - (before?.nowUs ?? 0)) / 1e6,
    nodes: activitiesOf(frame).map(({ node, handledPerS, droppedPerS, cpu, serviceMs, mailboxMax }) => ({
      node: node.spec.id,
      state: node.state,
      handledPerS,
      droppedPerS,
      cpu,
      serviceMs: serviceMs ?? null,
      mailbox: node.mailbox,
      mailboxMax: mailboxMax ?? null,
    })),
    loads: [...after.loads].map(([client, load]) => ({ client, ...ratesOf(load, before?.loads.get(client)), ...load })),
  };
}
