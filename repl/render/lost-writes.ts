/**
 * Writes that were lost with a former primary: which they are, and what became of each.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count } from '../../src/drawing/numbers';
import type { LostWrite } from '../../src/protocols/replication';
import type { LostWrites } from '../../src/world/replication-operator';
import { inPlace, onlyReads } from '../../src/world/sql-text';
import { type Gap, gapText } from './replicas';

/** What became of a write that was to be recovered. */
export interface Fate {
  readonly outcome: 'done' | 'done before' | 'dropped' | 'not done' | 'unknown';
  /** Where the entry stands in the log that did it. */
  readonly position?: number;
  /** Why not. */
  readonly reason?: string;
}

/** What `recover` found and did. */
export interface Recovered {
  readonly node: string;
  /** Why the copy could not be asked. */
  readonly absent?: string;
  readonly writes: readonly (Pick<LostWrite, 'id' | 'position' | 'term'> & {
    /** Ready to be typed, parameters in place. */
    readonly statements: readonly string[];
    readonly fate?: Fate;
  })[];
  /** Places of its log that nobody can tell of any more. */
  readonly unaccounted: LostWrites['unaccounted'];
  readonly forgotten: number;
  /** So many are still kept. */
  readonly left: number;
  /** What the observers know of this node that nobody else has. */
  readonly missing: readonly Gap[];
  /** The newest term, if the copy has not heard from its primary: it has not been told to give anything up yet. */
  readonly unheardTerm?: number;
  /** Whether there are observers who could know. */
  readonly isWatched: boolean;
}

const shownMax = 20;
const indent = '    ';

/** What a write says, without what it only reads. */
export function statementsIn({ statements }: LostWrite): string[] {
  const changing = statements.filter(({ statement }) => !onlyReads(statement));
  const told = changing.length === 0 ? statements : changing;
  return told.map(({ statement, parameters }) => inPlace(statement, parameters));
}

export function lostWrites(of: Recovered, all: boolean, look: Look): string {
  const { node, writes, absent } = of;
  const { quiet } = palette(look);
  if (absent !== undefined) return sentences([`${absent}: its log cannot be read`, ...unknown(of)], look);
  if (writes.length === 0 && of.unheardTerm !== undefined) return sentences(unheard(node, of.unheardTerm), look);
  if (writes.length === 0) return sentences([`${node} keeps no lost writes`, ...settled(of)], look);
  const shown = all ? writes : writes.slice(0, shownMax);
  const blocks = shown.flatMap((write) => block(write, look));
  const more = writes.length - shown.length;
  const below = [
    ...(more > 0 ? [`… ${count(more)} more; --all shows them`] : []),
    ...inSnapshot(of),
    ...forgotten(of.forgotten),
    ...next(of),
  ].flatMap((line) => wrap(line, look.columns));
  return page([...blocks, ...below.map(quiet)], look);
}

/** One write: who it was, what it said, what became of it. */
function block({ id, position, term, statements, fate }: Recovered['writes'][number], look: Look): string[] {
  const { name, strong } = palette(look);
  const said = statements.flatMap((statement, at) => {
    const end = at < statements.length - 1 ? ';' : '';
    return wrap(`${statement}${end}`, look.columns - indent.length).map((line) => indent + line);
  });
  const head = `${strong(`position ${position}, term ${term}`)}  ${name(id)}`;
  const became =
    fate === undefined
      ? []
      : wrap(`→ ${fateText(fate)}`, look.columns - 2).map((line) => `  ${paintOf(fate, look)(line)}`);
  return [head, ...said, ...became];
}

function fateText({ outcome, position, reason = '' }: Fate): string {
  switch (outcome) {
    case 'done':
      return `done at log position ${position}`;
    case 'done before':
      return `done before, at log position ${position}`;
    case 'dropped':
      return 'given up for good';
    case 'not done':
      return `not done: ${reason}`;
    case 'unknown':
      return `unknown: ${reason}; replay it again to find out, it is not done twice`;
  }
}

function paintOf({ outcome }: Fate, look: Look): (text: string) => string {
  const { good, warn, bad, quiet } = palette(look);
  if (outcome === 'done' || outcome === 'done before') return good;
  if (outcome === 'dropped') return quiet;
  return outcome === 'unknown' ? warn : bad;
}

function next({ node, left, writes }: Recovered): string[] {
  const isDone = writes.some(({ fate }) => fate !== undefined);
  if (left === 0) return ['nothing is left to recover'];
  if (isDone) return [`${plural(left, 'write')} left to recover`];
  return [
    `${plural(left, 'write')} that ${node} held and the others decided without; recover ${node} --replay all does ${left === 1 ? 'it' : 'them'} once more, --drop all gives ${left === 1 ? 'it' : 'them'} up`,
  ];
}

function forgotten(lost: number): string[] {
  return lost === 0 ? [] : [`${plural(lost, 'older write')} found no room and cannot be recovered any more`];
}

function unknown({ node, missing, isWatched }: Recovered): string[] {
  if (!isWatched) return ['a majority of the copies decides here: what was acknowledged others have as well'];
  if (missing.length === 0) {
    const after = 'what it took in after its last word to them, nobody can account for until it comes back';
    return [`the observers know of nothing that only ${node} had; ${after}`];
  }
  return [...missing.map(gapText), `as long as ${node} does not come back, nobody can say what they were`];
}

function inSnapshot({ node, unaccounted }: Recovered): string[] {
  return unaccounted.map(({ from, to }) => {
    const range = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
    return `${range} of ${node} went with a snapshot that the group decided without: what they did, nobody can tell`;
  });
}

function unheard(node: string, term: number): string[] {
  return [
    `${node} has not heard from the primary of term ${term}, and still keeps all that it holds`,
    'what it has to give up is known once it does: heal what keeps them apart, then recover again',
  ];
}

function settled(of: Recovered): string[] {
  const { missing, node, forgotten: lost } = of;
  const known = missing.map(
    (gap) => `the observers know that ${gapText(gap)}: settled before, or ${node} lost its log`,
  );
  return [...known, ...inSnapshot(of), ...forgotten(lost)];
}

function sentences(lines: readonly string[], look: Look): string {
  return page(
    lines.flatMap((line) => wrap(line, look.columns)),
    look,
  );
}
