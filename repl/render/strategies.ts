/** How each strategy has gone, and who has which part of the keys. */
import { type Look, page, palette, wrap } from '../../src/drawing/look';
import { count, durationOfMs, percent } from '../../src/drawing/numbers';
import type { CacheRoom } from '../../src/world/cache-room';
import type { AgreedOn, CacheRingsNow, Strategies, StrategyReport } from '../../src/world/strategy-operator';
import { writesBehind } from './behind';
import { type Column, table } from './table';

export function strategies({ strategies: all, ttlMs, agreed, silent, behind }: Strategies, look: Look): string {
  const { quiet, name, bad } = palette(look);
  const figures = table(
    all,
    [
      { title: 'strategy', cell: ({ strategy }) => strategy, paint: name },
      { title: 'now', cell: ({ isSet }) => (isSet ? 'yes' : '') },
      { title: 'reads', cell: ({ reads }) => count(reads), align: 'right' },
      { title: 'hits', cell: ({ hitRatio }) => (hitRatio === undefined ? '-' : percent(hitRatio)), align: 'right' },
      { title: 'queries', cell: ({ queries }) => count(queries), align: 'right' },
      { title: 'saved', cell: ({ saved }) => count(saved), align: 'right' },
      { title: 'writes', cell: ({ writes }) => count(writes), align: 'right', keep: 4 },
      { title: 'waits', cell: ({ waits }) => count(waits), align: 'right', keep: 2 },
      ...(all.some(({ stale }) => stale > 0) ? [staleShown] : []),
      { title: 'gutter', cell: ({ gutterHits }) => count(gutterHits), align: 'right', keep: 3 },
      { title: 'mean', cell: ({ meanMs }) => (meanMs === undefined ? '-' : durationOfMs(meanMs)), align: 'right' },
      { title: 'worst', cell: ({ slowestMs }) => durationOfMs(slowestMs), align: 'right', keep: 1 },
    ],
    look,
  );
  const note = `queries: what the database was asked for these reads; saved: what it was not; rows are cached for ${durationOfMs(ttlMs)}`;
  const absent = silent.map(({ reason }) => bad(reason));
  const held = all.filter(({ heldWrites }) => heldWrites > 0).map((one) => wrap(heldText(one), look.columns));
  const ring = agreed === undefined ? [] : wrap(ringText(agreed), look.columns);
  const notes = [...wrap(note, look.columns).map(quiet), ...held.flat(), ...ring, ...absent];
  const written = behind === undefined ? [] : ['', writesBehind(behind, look)];
  return [figures, page(notes, look), ...written].join('\n');
}

const staleShown: Column<StrategyReport> = {
  title: 'stale',
  cell: ({ stale }) => count(stale),
  align: 'right',
  keep: 5,
};

function heldText({ strategy, heldWrites, slowestWriteMs }: StrategyReport): string {
  const waited = `${heldWrites} write${heldWrites === 1 ? '' : 's'} waited until a silent server was out of the ring`;
  return `${strategy}: ${waited}, the longest for ${durationOfMs(slowestWriteMs)}`;
}

/** Who is in, who is not, and what is under way. */
function ringText({ epoch, servers, leftOut, next }: AgreedOn): string {
  const who = servers.map(({ id }) => id).join(', ') || 'nobody';
  const out = leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')}`;
  if (next === undefined) return `ring ${epoch} is agreed in the database: ${who}${out}`;
  const then = next.servers.map(({ id }) => id).join(', ') || 'nobody';
  return `ring ${epoch} is agreed in the database: ${who}${out}; in ${durationOfMs(next.leftMs)} at the latest ring ${next.epoch}: ${then}`;
}

export function rings({ servers, key, states, agreed }: CacheRingsNow, room: CacheRoom, look: Look): string {
  const { name, bad } = palette(look);
  const sinceOf = new Map(agreed?.servers.map(({ id, since }) => [id, `since ring ${since}`]));
  type Shown = CacheRingsNow['servers'][number];
  const member: Column<Shown> = {
    title: 'in the ring',
    cell: ({ node }) => sinceOf.get(node) ?? (agreed?.leftOut.includes(node) === true ? 'left out' : ''),
  };
  const state: Column<Shown> = {
    title: 'state',
    cell: ({ node }) => (states[node] === 'running' ? '' : (states[node] ?? '')),
    paint: bad,
  };
  const areUp = Object.values(states).every((one) => one === 'running');
  const figures = table(
    servers,
    [
      { title: 'server', cell: ({ node }) => node, paint: name },
      { title: 'pool', cell: ({ pool }) => pool },
      { title: 'share of keys', cell: ({ share }) => percent(share), align: 'right' },
      { title: 'full', cell: ({ node }) => fullText(room, node), align: 'right' },
      ...(agreed === undefined ? [] : [member]),
      ...(areUp ? [] : [state]),
    ],
    look,
  );
  const notes = wrap(roomText(room), look.columns);
  if (agreed !== undefined) notes.push(...wrap(ringText(agreed), look.columns));
  if (key !== undefined) {
    const isDown = key.home !== undefined && states[key.home] !== 'running';
    const standIn = key.gutter === undefined ? '' : `; while that is dead, ${key.gutter} stands in`;
    const down = isDown ? `, which is ${states[key.home ?? '']}` : '';
    notes.push(...wrap(`${key.key} is on ${key.home ?? 'no server'}${down}${standIn}`, look.columns));
  }
  return [figures, page(notes, look)].join('\n');
}

function fullText({ now }: CacheRoom, node: string): string {
  const found = now.find((one) => one.node === node);
  return found === undefined ? '-' : percent(found.filled);
}

/** Whether those that are left can take over what the dead had. */
function roomText({ now, after }: CacheRoom): string {
  const worst = after.at(-1);
  if (worst === undefined) return `${now[0]?.node ?? 'no server'} is the only one: nobody could take over its keys`;
  const { dead, fullest, filled } = worst;
  const where = `${fullest} would be ${percent(filled)} full`;
  const any = dead.length === 1 ? 'if any one dies' : `if any ${dead.length} die`;
  if (filled <= 1)
    return `${any}, the others have room for what was there: at worst, without ${dead.join(' and ')}, ${where}`;
  return `without ${dead.join(' and ')} the others have no room for all keys: ${where}; spare=${dead.length} gives them that`;
}
