/**
 * `show web-1`: everything that is known of one node, from its process down to the machine under it, and what its
 * behaviour tells of itself.
 */

import { type Look, oneLine, type Palette, page, palette, plural } from '../../src/drawing/look';
import { count, duration, megabytes } from '../../src/drawing/numbers';
import type { NodeId } from '../../src/kernel/envelope';
import type { BoxStatus, Census, NodeStatus } from '../../src/kernel/runtime';
import { at } from '../../src/kernel/topology';
import { dataLines, dataText } from './data';
import { ofState } from './nodes';
import { pairs } from './table';

/** What `show` needs. */
export interface NodeFacts {
  readonly id: NodeId;
  readonly census: Census;
  readonly nowUs: number;
  /** What the behaviour exposes; `undefined` if nothing. */
  readonly view?: unknown;
  /** What the catalogue knows of its tier. */
  readonly tier?: { readonly summary: string; readonly port: number; readonly defaults: unknown };
}

/** All of it, one fact per line. */
export function nodeDetails(facts: NodeFacts, look: Look): string {
  const { id, census, nowUs, tier, view } = facts;
  const colours = palette(look);
  const node = census.nodes.find(({ spec }) => spec.id === id);
  if (node === undefined) return `there is no node ${id}`;
  const box = census.boxes.find(({ spec }) => spec.id === node.spec.box);
  const title = `${colours.name(colours.strong(id))}  ${node.spec.kind}${tier === undefined ? '' : `: ${tier.summary}`}`;
  const known = pairs(
    [
      ['state', stateText(node, nowUs, colours)],
      ['mailbox', `${plural(node.mailbox, 'message')} in service and waiting`],
      ['messages', countersText(node)],
      ['CPU time', duration(node.counters.busyUs)],
      ['box', box === undefined ? node.spec.box : boxText(box, census, id, colours)],
      ...(box === undefined ? [] : ([['address', addressText(box, tier?.port)]] as const)),
      ['host', hostText(node, census, colours)],
      ['restart', node.spec.restart === 'always' ? 'always, with back-off' : 'never'],
      ['config', `version ${node.configVersion}${changed(node, tier).length === 0 ? ', all defaults' : ''}`],
    ],
    look,
  );
  const config = changed(node, tier).map((line) => `  ${line}`);
  const own = view === undefined ? [] : [colours.quiet('inside'), ...dataLines(view).map((line) => `  ${line}`)];
  return [page([title], look), known, ...[...config, ...own].map((line) => page([line], look))].join('\n');
}

function stateText(node: NodeStatus, nowUs: number, colours: Palette): string {
  const { state, sinceUs, incarnation, reason, spec, unready } = node;
  const text = `${ofState(state, colours)(state)} for ${duration(nowUs - sinceUs)}, life ${incarnation}`;
  if (state === 'running') return unready === undefined ? text : `${text}; ${colours.warn('not ready')}: ${unready}`;
  const why = reason === '' || reason === state ? text : `${text}: ${oneLine(reason)}`;
  const next = state === 'paused' ? `resume ${spec.id}` : state === 'dead' ? `restart ${spec.id}` : undefined;
  return next === undefined ? why : `${why} (${next} brings it back)`;
}

function countersText({ counters }: NodeStatus): string {
  const { received, handled, sent, dropped, overflowed, malformed } = counters;
  const bad = [
    dropped > 0 ? `${count(dropped)} dropped` : '',
    overflowed > 0 ? `${count(overflowed)} turned away by a full mailbox` : '',
    malformed > 0 ? `${count(malformed)} malformed` : '',
  ].filter((text) => text !== '');
  const good = [`${count(received)} received`, `${count(handled)} handled`, `${count(sent)} sent`];
  return [...good, ...(bad.length === 0 ? ['none dropped'] : bad)].join(', ');
}

function boxText({ spec, up, busyCpus, waiting }: BoxStatus, { nodes }: Census, id: NodeId, { bad }: Palette): string {
  const others = nodes.filter((node) => node.spec.box === spec.id && node.spec.id !== id).map((node) => node.spec.id);
  return [
    `${spec.id}${up ? '' : ` ${bad('down')}`} in ${spec.region}`,
    `${plural(spec.cpus, 'CPU')} (${busyCpus} busy, ${waiting} waiting)`,
    `${megabytes(spec.memoryMb)} memory`,
    `${megabytes(spec.diskMb)} disk`,
    others.length === 0 ? 'shared with nobody' : `shared with ${others.join(', ')}`,
  ].join(', ');
}

function addressText({ spec }: BoxStatus, port: number | undefined): string {
  const full = (ip: string): string => (port === undefined ? ip : at(ip, port));
  const inside = `${full(spec.privateAddress)}${spec.zone === 'site' ? ' (private)' : ''}`;
  return spec.publicAddress === undefined ? inside : `${inside}, ${full(spec.publicAddress)} (public)`;
}

function hostText({ host }: NodeStatus, { hosts }: Census, { bad }: Palette): string {
  return hosts.find(({ id }) => id === host)?.up === false ? `${host} ${bad('down')}` : String(host);
}

/** `ttlMs: 100 (default 1,000)` for each setting that is not the default. */
function changed({ spec }: NodeStatus, tier: NodeFacts['tier']): string[] {
  if (typeof spec.config !== 'object' || spec.config === null) return [];
  const defaults = new Map<string, unknown>(Object.entries(tier?.defaults ?? {}));
  return Object.entries(spec.config)
    .filter(([name, value]) => dataText(value) !== dataText(defaults.get(name)))
    .map(([name, value]) => {
      const usual = defaults.has(name) ? ` (default ${dataText(defaults.get(name))})` : '';
      return `${name}: ${dataText(value)}${usual}`;
    });
}
