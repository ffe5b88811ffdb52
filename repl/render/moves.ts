/**
 * How moves of keys between shards stand: a bar for each, what is being done, and in the end what moved against what
 * theory says.
 */
import { binomialInterval } from '../../src/algorithms/binomial';
import { type Look, page, palette, plural, width, wrap } from '../../src/drawing/look';
import { count, percent } from '../../src/drawing/numbers';
import type { MoveProgress } from '../../src/protocols/placement';
import type { Moves } from '../../src/world/placement-operator';

const barColumnsMax = 40;
const deviations = 2;
/** Of fewer that move, or stay, the error is no longer the same to both sides: counts are told instead of shares. */
const countsBelow = 10;
/** What theory tells of few keys holds but for one case in twenty, as two standard errors do. */
const doubt = 0.05;

/** One move, in two or three lines. */
export function move(of: MoveProgress, look: Look): string {
  const { strong, quiet } = palette(look);
  const head = `${strong(`${of.family} ${of.text}`)}  ${paintState(of, look)}`;
  const lines = isOver(of) || of.slices === 0 ? [] : [bar(of, look)];
  const more = isOver(of) ? outcome(of) : [of.now];
  return page([head, ...lines, ...more.flatMap((line) => wrap(line, look.columns)).map(quiet)], look);
}

export function moves({ moves: all, families, decides }: Moves, look: Look): string {
  const { quiet } = palette(look);
  if (families.length === 0) return 'nothing is sharded here';
  const nobody = decides === undefined ? [quiet('nobody decides now: no majority of those who keep the maps')] : [];
  if (all.length === 0) return page([`nothing moves, and nothing has moved (${families.join(', ')})`, ...nobody], look);
  return [...all.map((one) => move(one, look)), ...nobody].join('\n');
}

/** `slice 5 of 16 (31%), 120 of 4,000 keys are over`, short enough to be said often. */
export function brief({ state, slices, done, keysMoved, keysBefore, now }: MoveProgress): string {
  if (slices === 0) return `${state}: ${now}`;
  return `${state}: ${done} of ${plural(slices, 'slice')}, ${count(keysMoved)} of ${count(keysBefore)} keys over`;
}

export function isOver({ state }: MoveProgress): boolean {
  return state === 'done' || state === 'aborted';
}

function paintState({ state }: MoveProgress, look: Look): string {
  const { good, warn, bad } = palette(look);
  if (state === 'done') return good(state);
  if (state === 'aborted') return bad(state);
  return state === 'paused' || state === 'aborting' ? warn(state) : state;
}

function bar({ slices, done, keysMoved }: MoveProgress, look: Look): string {
  const { good, quiet } = palette(look);
  const figures = `${done} of ${plural(slices, 'slice')}, ${count(keysMoved)} keys over`;
  const columns = Math.max(0, Math.min(barColumnsMax, look.columns - width(figures) - 2));
  const full = Math.floor((columns * done) / slices);
  const drawn = good('█'.repeat(full)) + quiet('░'.repeat(columns - full));
  return columns < 4 ? figures : `${drawn}  ${figures}`;
}

/** What moved, beside what theory expects of so many keys that are placed independently of each other. */
function outcome({ state, now, keysMoved, keysBefore, expectedShare }: MoveProgress): string[] {
  if (state === 'aborted') return [now];
  if (keysBefore === 0) return ['there was nothing to move'];
  const moved = `${count(keysMoved)} of ${count(keysBefore)} ${keysBefore === 1 ? 'key' : 'keys'} moved`;
  const share = figure(keysMoved / keysBefore);
  // Of a key that was named there is nothing to expect.
  if (expectedShare === 0) return [keysMoved === 0 ? 'parts of a key moved' : `${moved}: ${share}`];
  if (keysBefore * Math.min(expectedShare, 1 - expectedShare) < countsBelow) {
    return [`${moved}; ${expectedOfFew(keysBefore, expectedShare)}`];
  }
  const error = deviations * Math.sqrt((expectedShare * (1 - expectedShare)) / keysBefore);
  return [`${moved}: ${share}; theory says ${figure(expectedShare)} ± ${figure(error)} (two standard errors)`];
}

function expectedOfFew(keys: number, share: number): string {
  const [least, most] = binomialInterval(keys, share, doubt);
  if (least === most) return `theory says ${count(most)}`;
  if (least === 0 && most === keys) return 'too few for theory to tell how many should';
  return `theory says ${count(least)} to ${count(most)}, in 19 cases of 20`;
}

function figure(share: number): string {
  return share === 0 ? percent(0) : `${(share * 100).toFixed(1)}%`;
}
