/**
 * One frame of `top`: how busy everybody was between two looks at a world, who is in trouble, and how the load fares.
 */

import { type Look, oneLine, type Palette, page, palette, plural, width } from '../../src/drawing/look';
import { count, duration, durationOfMs, percent, rate } from '../../src/drawing/numbers';
import type { Census, Counters, NodeStatus } from '../../src/kernel/runtime';
import type { ClientReport } from '../../src/protocols/client';
import { chart, sideBySide } from './chart';
import { inOrder, ofState } from './nodes';
import { table } from './table';

/** A world at one moment. */
export interface TopSample {
  readonly nowUs: number;
  readonly census: Census;
  /** The load of each client that keeps one up, or had one. */
  readonly loads: ReadonlyMap<string, ClientReport>;
}

/** One point of the charts. */
export interface TopPoint {
  /** Answers per second, good and bad. */
  readonly ratePerS: number;
  readonly p95Ms: number;
}

export interface TopFrame {
  readonly name: string;
  readonly mode: string;
  /** The earlier look; without it everything counts since the world began. */
  readonly before: TopSample | undefined;
  readonly after: TopSample;
  /** How many messages each node lets wait; a node that is absent shows no bound. */
  readonly mailboxMax?: ReadonlyMap<string, number>;
  /** Oldest first; charts are drawn from two points on. */
  readonly history?: readonly TopPoint[];
  /** How many lines there are; a terminal of 24 shows 23 and the prompt. */
  readonly rows?: number;
}

const rowsUsual = 22;
const chartHigh = 4;
const gaugeWide = 10;
/** Fewer nodes than this are not worth a chart. */
const nodesMin = 4;

/** What a node did in between: the same for the screen and for programs. */
export interface Activity {
  readonly node: NodeStatus;
  readonly handledPerS: number;
  readonly droppedPerS: number;
  /** Share of all the CPU time of its box. */
  readonly cpu: number;
  /** CPU time of one message, on average; absent where it handled none. */
  readonly serviceMs: number | undefined;
  readonly mailboxMax: number | undefined;
}

/** A frame: never more lines than there are rows, those who need looking at first. */
export function top(frame: TopFrame, look: Look): string {
  const { after, history = [], rows = rowsUsual } = frame;
  const colours = palette(look);
  const loads = [...after.loads].flatMap(([client, load]) => loadLines(client, load, frame, colours));
  const head = [headOf(frame, colours), ...loads, ''];
  const activities = activitiesOf(frame);
  const room = rows - head.length - 1;
  const charts = history.length < 2 || room < nodesMin + chartHigh + 3 ? [] : ['', ...chartsOf(history, look)];
  const shown = activities.length <= room - charts.length ? activities : activities.slice(0, room - charts.length - 1);
  const hidden = activities.slice(shown.length);
  const rest = hidden.length === 0 ? [] : [restOf(hidden, colours)];
  return [
    page(head, look),
    list(shown, look, colours),
    ...(rest.length + charts.length === 0 ? [] : [page([...rest, ...charts], look)]),
  ].join('\n');
}

/** What each node did between two looks: the ones that do not run first, then the busiest. */
export function activitiesOf({ before, after, mailboxMax }: TopFrame): readonly Activity[] {
  const seconds = secondsOf(before, after);
  const earlier = new Map((before?.census.nodes ?? []).map((node) => [node.spec.id, node.counters]));
  const cpus = new Map(after.census.boxes.map(({ spec }) => [spec.id, spec.cpus]));
  return inOrder(after.census.nodes)
    .map((node): Activity => {
      const grown = (of: (counters: Counters) => number): number => {
        const then = earlier.get(node.spec.id);
        return Math.max(0, of(node.counters) - (then === undefined ? 0 : of(then)));
      };
      const handled = grown((counters) => counters.handled);
      const busyUs = grown((counters) => counters.busyUs);
      return {
        node,
        handledPerS: handled / seconds,
        droppedPerS: grown(({ dropped }) => dropped) / seconds,
        cpu: busyUs / 1e6 / seconds / (cpus.get(node.spec.box) ?? 1),
        serviceMs: handled === 0 ? undefined : busyUs / 1e3 / handled,
        mailboxMax: mailboxMax?.get(node.spec.id),
      };
    })
    .sort((a, b) => Number(runs(a)) - Number(runs(b)) || b.cpu - a.cpu || b.handledPerS - a.handledPerS);
}

/** Answers of all loads per second, between two looks or since they began. */
export function answersPerS({ before, after }: Pick<TopFrame, 'before' | 'after'>): number {
  return [...after.loads].reduce((sum, [client, load]) => {
    const { okPerS, failedPerS } = ratesOf(load, before?.loads.get(client));
    return sum + okPerS + failedPerS;
  }, 0);
}

/** Between two looks at the same load; since it began if there was none before, or another. */
export function ratesOf(
  load: ClientReport,
  before: ClientReport | undefined,
): { readonly sentPerS: number; readonly okPerS: number; readonly failedPerS: number } {
  const same = before !== undefined && before.seconds < load.seconds && before.sent <= load.sent ? before : undefined;
  const seconds = Math.max(1e-6, load.seconds - (same?.seconds ?? 0));
  return {
    sentPerS: (load.sent - (same?.sent ?? 0)) / seconds,
    okPerS: (load.ok - (same?.ok ?? 0)) / seconds,
    failedPerS: (load.failed - (same?.failed ?? 0)) / seconds,
  };
}

function secondsOf(before: TopSample | undefined, after: TopSample): number {
  return Math.max(1, after.nowUs - (before?.nowUs ?? 0)) / 1e6;
}

function runs({ node }: Activity): boolean {
  return node.state === 'running';
}

function list(activities: readonly Activity[], look: Look, colours: Palette): string {
  const { name, bad } = colours;
  const notZero = (text: string): string => (text === '0/s' ? text : bad(text));
  return table(
    activities,
    [
      { title: 'node', cell: ({ node }) => node.spec.id, paint: name },
      {
        title: 'state',
        cell: ({ node }) => node.state,
        keep: 5,
        paint: (text, { node }) => ofState(node.state, colours)(text),
      },
      { title: 'handled', cell: ({ handledPerS }) => rate(handledPerS), align: 'right' },
      {
        title: 'service',
        cell: ({ serviceMs }) => (serviceMs === undefined ? '-' : durationOfMs(serviceMs)),
        align: 'right',
        keep: 4,
      },
      {
        title: 'cpu',
        cell: ({ cpu }) => percent(cpu),
        align: 'right',
        paint: (text, { cpu }) => strain(cpu, colours)(text),
      },
      { title: '', cell: ({ cpu }) => gauge(cpu), keep: 3, paint: (text, { cpu }) => strain(cpu, colours)(text) },
      {
        title: 'mailbox',
        cell: ({ node, mailboxMax }) =>
          mailboxMax === undefined ? count(node.mailbox) : `${count(node.mailbox)} of ${count(mailboxMax)}`,
        align: 'right',
        keep: 7,
        paint: (text, { node, mailboxMax }) => strain(node.mailbox / (mailboxMax ?? 1e9), colours)(text),
      },
      { title: 'dropped', cell: ({ droppedPerS }) => rate(droppedPerS), align: 'right', keep: 6, paint: notZero },
    ],
    look,
  );
}

/** `load-balanced (threads) at 12.345 s: 9 nodes, 1 dead, 2 faults; rates over 1 s` */
function headOf({ name, mode, before, after }: TopFrame, { strong, bad, warn }: Palette): string {
  const { nodes, faults } = after.census;
  const dead = nodes.filter(({ state }) => state === 'dead').length;
  const facts = [
    plural(nodes.length, 'node'),
    ...(dead === 0 ? [] : [bad(`${dead} dead`)]),
    ...(faults.length === 0 ? [] : [warn(plural(faults.length, 'fault'))]),
  ];
  const over = before === undefined ? 'since it began' : `over ${duration(after.nowUs - before.nowUs)}`;
  return `${strong(name)} (${mode}) at ${(after.nowUs / 1e6).toFixed(3)} s: ${facts.join(', ')}; rates ${over}`;
}

/** What one load sends and gets: rates between the looks, and the times of the last second if there was one. */
function loadLines(client: string, load: ClientReport, { before }: TopFrame, { bad, quiet, name }: Palette): string[] {
  const { running, sent, ok, failed, failures, lately } = load;
  if (!running)
    return [quiet(`${name(client)} load ended: ${count(sent)} sent, ${count(ok)} ok, ${count(failed)} failed`)];
  const { sentPerS, okPerS, failedPerS } = ratesOf(load, before?.loads.get(client));
  const worst = Object.entries(failures).sort(([, a], [, b]) => b - a)[0]?.[0];
  const mostly = worst === undefined ? '' : `, mostly ${oneLine(worst)}`;
  const wrong = failedPerS === 0 ? '0/s failed' : bad(`${rate(failedPerS)} failed${mostly}`);
  const out = sent - ok - failed;
  const times = (of: Pick<ClientReport, 'p50Ms' | 'p95Ms' | 'p99Ms'>): string =>
    `p50 ${durationOfMs(of.p50Ms)}  p95 ${durationOfMs(of.p95Ms)}  p99 ${durationOfMs(of.p99Ms)}`;
  const lines = [`${name(client)} load: ${rate(sentPerS)} sent, ${rate(okPerS)} ok, ${wrong}, ${count(out)} out`];
  if (lately !== undefined) lines.push(`  last second  ${lately.ok === 0 ? 'no answer' : times(lately)}`);
  lines.push(quiet(`  so far       ${ok === 0 ? 'no answer' : `${times(load)}  max ${durationOfMs(load.maxMs)}`}`));
  return lines;
}

/** `… 290 more nodes, none above 3% CPU` */
function restOf(hidden: readonly Activity[], { quiet }: Palette): string {
  const most = Math.max(...hidden.map(({ cpu }) => cpu));
  const unwell = hidden.filter((activity) => !runs(activity)).length;
  const tail = unwell === 0 ? '' : `, ${unwell} of them not running`;
  return quiet(`… ${plural(hidden.length, 'more node')}, none above ${percent(most)} CPU${tail}`);
}

function chartsOf(history: readonly TopPoint[], look: Look): string[] {
  const wide = Math.floor((look.columns - 2) / 2);
  const shape = { high: chartHigh, wide };
  return sideBySide(
    chart(
      'answers/s',
      history.map(({ ratePerS }) => ratePerS),
      shape,
      look,
    ),
    chart(
      'p95 ms',
      history.map(({ p95Ms }) => p95Ms),
      shape,
      look,
    ),
    wide + 2,
  );
}

/** `███▌······`: full where all CPUs of the box were busy all the time. */
function gauge(share: number): string {
  const eighths = Math.round(Math.min(1, share) * gaugeWide * 8);
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '';
  const bar = '█'.repeat(Math.floor(eighths / 8)) + part;
  return bar + '·'.repeat(gaugeWide - width(bar));
}

function strain(share: number, { good, warn, bad }: Palette): (text: string) => string {
  return share < 0.6 ? good : share < 0.85 ? warn : bad;
}
