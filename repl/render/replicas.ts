/**
 * How the copies of the data stand: a line for each, who decides about them, and what waits for somebody to recover it.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs } from '../../src/drawing/numbers';
import type { Copy, Replicas, Watcher } from '../../src/world/replicas';
import { table } from './table';

/** What a copy is, in one word. */
export function roleOf({ state, standing, reason }: Copy): string {
  if (state === 'dead' || state === 'restarting') return state;
  if (state === 'paused') return 'paused';
  if (standing === undefined) return reason === undefined ? 'alone' : 'starting';
  return standing.role;
}

/** `12, 340 ms`, `nothing`: what the primary has and this copy has not, and for how long. */
export function behindText({ behindEntries, behindMs }: Copy): string {
  if (behindMs === undefined) return '-';
  if (behindEntries === undefined) return 'unknown';
  if (behindEntries === 0) return 'nothing';
  return `${count(behindEntries)}, ${durationOfMs(behindMs)}`;
}

/** Each group under its name, where there are several. */
export function eachGroup(of: Replicas, look: Look, draw: (one: Replicas) => string): string {
  const { strong } = palette(look);
  const { groups } = of;
  return groups === undefined ? draw(of) : groups.map((one) => `${strong(one.pool)}\n${draw(one)}`).join('\n\n');
}

export function replicas(of: Replicas, look: Look): string {
  const { quiet } = palette(look);
  if (of.copies.length === 0) return 'there is no database here';
  const sentences = [...unwell(of), ...leadership(of), ...watchers(of), ...toRecover(of)];
  return [list(of, look), page(sentences.flatMap((line) => wrap(line, look.columns)).map(quiet), look)].join('\n');
}

function list({ primary, copies }: Replicas, look: Look): string {
  const { name, good, warn, bad } = palette(look);
  const of = (read: (standing: NonNullable<Copy['standing']>) => number | string) => (copy: Copy) =>
    copy.standing === undefined ? '-' : String(read(copy.standing));
  const paintRole = (text: string, copy: Copy): string => {
    if (copy.node === primary) return good(text);
    if (text === 'dead') return bad(text);
    return text === 'replica' ? text : warn(text);
  };
  return table(
    copies,
    [
      { title: 'copy', cell: ({ node }) => node, paint: name },
      { title: 'box', cell: ({ box }) => box, keep: 2 },
      { title: 'host', cell: ({ host }) => host, keep: 1 },
      { title: 'role', cell: roleOf, paint: paintRole },
      { title: 'term', cell: of(({ term }) => term), align: 'right' },
      { title: 'log', cell: of(({ lastIndex }) => lastIndex), align: 'right' },
      { title: 'applied', cell: of(({ applied }) => applied), align: 'right', keep: 4 },
      {
        title: 'behind',
        cell: behindText,
        align: 'right',
        paint: (text, { behindEntries = 0 }) => (behindEntries > 0 ? warn(text) : text),
      },
      { title: 'mode', cell: of(({ mode }) => mode), keep: 3 },
    ],
    look,
  );
}

function unwell({ copies }: Replicas): string[] {
  return copies.flatMap(({ node, state, reason }) => {
    if (reason === undefined) return [];
    return [state === 'running' ? `${node}: ${reason}` : `${node} is ${state}: ${reason}`];
  });
}

/** Who leads, and what it takes until a write counts. */
function leadership({ primary, copies }: Replicas): string[] {
  const leader = copies.find(({ node }) => node === primary)?.standing;
  if (leader === undefined) return ['nobody leads: no write can be done now'];
  const { term, copies: needed, mode, members } = leader;
  const of = members.voters.length + members.learners.length;
  const enough =
    of < 2
      ? 'it is on its disk'
      : `${needed} of ${plural(of, 'copy', 'copies')} ${needed === 1 ? 'has' : 'have'} it on disk`;
  const lines = [`${primary} leads in term ${term}; a write is acknowledged once ${enough} (${mode})`];
  const others = copies.filter(({ node, standing }) => node !== primary && standing?.role === 'primary');
  for (const { node, standing } of others) {
    lines.push(`${node} still takes itself for the primary, of term ${standing?.term ?? 0}: that is over`);
  }
  return lines;
}

function watchers({ observers }: Replicas): string[] {
  if (observers.length === 0) return [];
  const views = observers.filter(({ view }) => view !== undefined);
  const decider = views.find(({ node, view }) => view?.decides === node) ?? views[0];
  const shown = decider?.view;
  if (decider === undefined || shown === undefined) return ['no observer runs: nobody can be made primary'];
  const decides = observers.find(({ node, state }) => node === shown.decides && state === 'running');
  const who = decides === undefined ? 'no observer decides now (no majority of them)' : `${decides.node} decides`;
  const facts = [`term ${shown.term}`, `primary ${shown.primary ?? 'nobody yet'}`];
  const lines = [`observers: ${who}; ${facts.join(', ')}`];
  if (shown.underWay !== undefined) lines.push(`under way: ${shown.underWay}`);
  const silent = observers.filter(({ state }) => state !== 'running').map(({ node, state }) => `${node} is ${state}`);
  const behind = views.filter((one) => one !== decider && differs(one, decider)).map(otherView);
  if (silent.length + behind.length > 0) lines.push([...silent, ...behind].join('; '));
  return lines;
}

function differs({ view: one }: Watcher, { view: another }: Watcher): boolean {
  return one?.term !== another?.term || one?.primary !== another?.primary;
}

function otherView({ node, view }: Watcher): string {
  return `${node} knows of term ${view?.term ?? 0}, primary ${view?.primary ?? 'nobody'}`;
}

/** Lost writes that a copy keeps, and those that nobody has any more. */
function toRecover({ copies, observers }: Replicas): string[] {
  const kept = copies.flatMap(({ node, standing }) => {
    const writes = (standing?.tails ?? []).reduce((sum, tail) => sum + tail.writes, 0);
    if (writes === 0) return [];
    return [`${node} keeps ${plural(writes, 'write')} that the others decided without: recover ${node}`];
  });
  const found = new Set(copies.filter(({ standing }) => (standing?.tails.length ?? 0) > 0).map(({ node }) => node));
  const gaps = new Map(observers.flatMap(({ view }) => (view?.missing ?? []).map((gap) => [gapKey(gap), gap])));
  const lost = [...gaps.values()]
    .filter(({ primary }) => !found.has(primary) && !isBack(copies, primary))
    .map((gap) => `${gapText(gap)}: recover ${gap.primary}`);
  return [...kept, ...lost];
}

export type Gap = NonNullable<Watcher['view']>['missing'][number];

/** `entries 44 to 46 of db-1 (term 1) are in no other log`. */
export function gapText({ primary, term, from, to, acknowledgedTo, isOpen = false }: Gap): string {
  if (to < from) return `what ${primary} wrote from entry ${from} on (term ${term}), if anything, is in no other log`;
  const range = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
  const acknowledged = acknowledgedTo >= from ? `, acknowledged up to ${Math.min(to, acknowledgedTo)}` : '';
  const more = isOpen ? ', and perhaps more,' : '';
  return `${range} of ${primary} (term ${term}${acknowledged})${more} ${from === to && !isOpen ? 'is' : 'are'} in no other log`;
}

export function gapKey({ primary, term, from, to }: Gap): string {
  return `${primary} ${term} ${from} ${to}`;
}

/** Whoever runs again has looked through its log: what it keeps is all there was to lose. */
function isBack(copies: readonly Copy[], node: string): boolean {
  return copies.some((copy) => copy.node === node && copy.standing !== undefined && copy.standing.role !== 'joining');
}
