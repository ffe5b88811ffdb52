/** Writes that cache servers take before the database has them: how each goes, and which are lost. */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs } from '../../src/drawing/numbers';
import type { LostWith } from '../../src/world/behind-operator';
import type { ReportedWrite, Unaccounted, WritesBehind } from '../../src/world/writes-behind';
import { table } from './table';

/** Writes that are shown one by one. */
const shownMax = 200;

export function writesBehind({ servers, reported, unaccounted }: WritesBehind, look: Look): string {
  const { name, bad } = palette(look);
  const used = servers.filter(({ puts, isOpen }) => puts > 0 || !isOpen);
  const figures = table(
    used,
    [
      { title: 'server', cell: ({ node }) => node, paint: name },
      { title: 'writes', cell: ({ puts }) => count(puts), align: 'right' },
      { title: 'dirty', cell: ({ dirty }) => count(dirty), align: 'right' },
      { title: 'flushed', cell: ({ flushed }) => count(flushed), align: 'right' },
      { title: 'coalesced', cell: ({ coalesced }) => count(coalesced), align: 'right' },
      {
        title: 'conflicts',
        cell: ({ conflicts }) => count(conflicts),
        align: 'right',
        paint: (text, { conflicts }) => (conflicts > 0 ? bad(text) : text),
      },
      { title: 'ledger', cell: ({ ledger, isOpen }) => (isOpen ? (ledger ?? '-') : 'closed'), keep: 1 },
    ],
    look,
  );
  const told = reported.length === 0 ? 'reported: no acknowledged write is lost' : `reported: ${sumOf(reported)}`;
  const more = [told, ...unaccounted.map(unaccountedText)].flatMap((line) => wrap(line, look.columns));
  const parts = [...(used.length === 0 ? [] : [figures]), page(more, look)];
  return [...parts, ...(reported.length === 0 ? [] : [list(reported, look)])].join('\n');
}

/** What died with some servers. */
export function lostWith({ servers, reported, unaccounted }: LostWith, look: Look): string {
  const { bad, quiet } = palette(look);
  const lines = (text: string): string[] => wrap(text, look.columns);
  const unknown = unaccounted.flatMap((one) => lines(unaccountedText(one))).map(bad);
  if (reported.length === 0) {
    const all = `nothing is lost: every write that ${servers.join(', ')} had acknowledged is in the database`;
    return page(unknown.length > 0 ? unknown : lines(all).map(quiet), look);
  }
  return [page([...lines(sumOf(reported)), ...unknown], look), list(reported, look)].join('\n');
}

function sumOf(reported: readonly ReportedWrite[]): string {
  const of = (wanted: ReportedWrite['fate']): number => reported.filter(({ fate }) => fate === wanted).length;
  const isOne = (number: number): string => (number === 1 ? 'was' : 'were');
  const [lost, conflicts, unknown] = [of('lost'), of('conflict'), of('unknown')];
  const parts = [
    ...(lost === 0 ? [] : [`${plural(lost, 'write')} ${isOne(lost)} not in the database, and ${isOne(lost)} lost`]),
    ...(conflicts === 0 ? [] : [`${plural(conflicts, 'write')} ${isOne(conflicts)} overtaken by others, and lost`]),
    ...(unknown === 0 ? [] : [`${plural(unknown, 'write')} may be lost: the database does not answer`]),
  ];
  return parts.join('; ');
}

function list(reported: readonly ReportedWrite[], look: Look): string {
  const { name } = palette(look);
  const shown = table(
    reported.slice(0, shownMax),
    [
      { title: 'write', cell: ({ id }) => id, paint: name },
      { title: 'of', cell: ({ key }) => key },
      { title: 'to', cell: ({ server, life }) => `${server}, life ${life}` },
      { title: 'noted', cell: ({ agoMs }) => `${durationOfMs(agoMs)} ago`, align: 'right', keep: 1 },
      { title: '', cell: ({ fate }) => fate, keep: 2 },
    ],
    look,
  );
  const more = reported.length - shownMax;
  return more <= 0 ? shown : `${shown}\n${page([`… ${count(more)} more; --json lists them all`], look)}`;
}

function unaccountedText({ server, life, ledger }: Unaccounted): string {
  return `of life ${life} of ${server} more may be lost: its ledger, ${ledger}, died with it or does not answer`;
}
