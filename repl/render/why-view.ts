/**
 * Why a read said what it said, in plain words.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { duration, moment } from '../../src/drawing/numbers';
import type { Behind } from './copy-of-row';
import type { Cached, Made, Request, Served, Why } from './why';

/** What to say where there is nothing to explain. */
export const noRead = 'no read to explain yet; make one, for example: get /users/12';

/**
 * @example
 * const why = whyOf(world.recent());
 * const text = why === undefined ? noRead : whyText(why, plain);
 */
export function whyText({ read, path, served, made }: Why, look: Look): string {
  const { strong } = palette(look);
  const sentences = [
    ...wrap(`${capital(requestText(read))}${pathText(path)}.`, look.columns).map(strong),
    ...(served === undefined
      ? ['No store was read for it.']
      : [
          servedText(served),
          ...(made === undefined ? [unknownText(served)] : [madeText(made, served)]),
          ...(served.cached !== undefined
            ? [behindText(served.cached)]
            : made === undefined
              ? []
              : [sinceText(served)]),
        ]),
  ];
  return page(
    sentences.filter((text) => text !== '').flatMap((text) => wrap(text, look.columns)),
    look,
  );
}

function requestText({ by, text, got, tookUs, atUs }: Request): string {
  const ending = got === undefined ? 'no answer yet' : got;
  return `${named(by)} asked ${text} at ${moment(atUs)}: ${ending}${tookUs === undefined ? '' : ` after ${duration(tookUs)}`}`;
}

/** Who typed it needs no name of a door. */
function named(who: string): string {
  return who === 'repl' ? 'you' : who;
}

function pathText([, ...path]: readonly string[]): string {
  return path.length === 0 ? '' : `, by way of ${path.join(', ')}`;
}

function servedText({ node, atUs, position, term, rows, cached }: Served): string {
  const what = rows === 1 ? 'The row' : cached !== undefined ? 'That there is no such row' : plural(rows, 'row');
  if (cached !== undefined) {
    return `${what} came out of the cache of ${node} at ${moment(atUs)}: ${fillText(cached)}, with everything up to entry ${position} of the log, in term ${term}.`;
  }
  return `${what} came out of ${node} at ${moment(atUs)}, with everything up to entry ${position} of its log.`;
}

function madeText({ node, asker, text, atUs, request }: Made, { version }: Served): string {
  const whose = request === undefined ? '' : `, because ${requestText(request)}`;
  return `It is as entry ${version} made it: a ${text} by ${named(asker)}, safe on the disk of ${node} at ${moment(atUs)}${whose}.`;
}

function fillText({ fill }: Cached): string {
  if (fill === undefined) return 'a copy from before the events that are kept';
  const { by, database, saidUs, storedUs, seconds } = fill;
  const stay = seconds === undefined ? '' : ` for ${duration(seconds * 1e6)}`;
  return `a copy of what ${database} said at ${moment(saidUs)}, put there by ${by} at ${moment(storedUs)}${stay}`;
}

/** How old it was, and how far behind the database. */
function behindText({ ageUs, wasDropped, behind, replacedBy }: Cached): string {
  const dropped = wasDropped ? ' and had been dropped; who would have to wait is shown it all the same (staleMs)' : '';
  const age = ageUs === undefined ? '' : `The copy was ${duration(ageUs)} old${dropped}. `;
  return age + newerText(behind, replacedBy);
}

function newerText(behind: Behind | undefined, replacedBy: Made | undefined): string {
  if (behind === undefined) return 'Whether the database had something newer, the events that are kept do not tell.';
  const { writes, staleUs, unclear } = behind;
  const doubt =
    unclear === 0
      ? ''
      : ` Whether ${plural(unclear, 'later write')} of its tables touched it, these events do not tell.`;
  const [first] = writes;
  if (first === undefined) return `${unclear === 0 ? 'The database had nothing newer of it.' : ''}${doubt}`.trim();
  const whose =
    replacedBy?.request !== undefined
      ? `, because ${requestText(replacedBy.request)}`
      : replacedBy === undefined
        ? ''
        : `, by ${named(replacedBy.asker)}`;
  const many = writes.length === 1 ? 'it had been written' : `it had been written ${writes.length} times`;
  return `Stale by ${duration(staleUs)}: in the database ${many} since, first by entry ${first.position} at ${moment(first.atUs)}${whose}.${doubt}`;
}

/** What came between that write and the read. */
function sinceText({ position, version = 0 }: Served): string {
  if (position === version) return 'Nothing was written since.';
  return `Whatever was written since, up to entry ${position}, did not touch it.`;
}

function unknownText({ version, rows }: Served): string {
  if (rows === 0) return 'So far as that copy goes, there is no such row.';
  if (version === undefined)
    return 'A list, a join or an aggregate is made of several rows, and tells of none which write made it; of this the log position is all there is to say.';
  if (version === 0) return 'It is as it was when the database was new: nobody has written it since.';
  return `It is as entry ${version} made it; who asked for that write happened before the events that are kept.`;
}

function capital(text: string): string {
  return text.startsWith('you ') ? `Y${text.slice(1)}` : text;
}
