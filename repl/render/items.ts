/**
 * What a store of items said: a value as it can be copied, several as a table, and in one line below where it comes from.
 */
import { type Look, oneLine, page, palette, wrap } from '../../src/drawing/look';
import { count, durationOfMs } from '../../src/drawing/numbers';
import type { DocSaid, KvSaid } from '../../src/world/item-operator';
import { table } from './table';

/** Texts are cut to this in a table. */
const narrowest = 20;

export function keyValues(said: KvSaid, look: Look): string {
  const { by } = said;
  switch (said.kind) {
    case 'kv.item': {
      const { key, item } = said;
      if (item === undefined) return quiet([`there is nothing under ${key} (${where(said)})`], look);
      const left = item.ttlLeftMs === undefined ? [] : [`over in ${durationOfMs(item.ttlLeftMs)}`];
      return single(item.value, [`version ${item.version}`, ...left, where(said)], look);
    }
    case 'kv.items': {
      const { items, next } = said;
      const rows = items.map(({ key, value, version }) => ({ name: key, version, text: JSON.stringify(value) }));
      return listed('key', rows, [counted(rows.length, 'item'), where(said), ...more(next)], look);
    }
    case 'kv.done':
      return done(said.key, said, look);
    default:
      return notDone(said, by, look);
  }
}

export function documents(said: DocSaid, look: Look): string {
  const { by } = said;
  switch (said.kind) {
    case 'doc.document': {
      const { collection, id, found } = said;
      if (found === undefined) return quiet([`there is no ${collection}/${id} (${where(said)})`], look);
      return single(found.document, [`version ${found.version}`, where(said)], look);
    }
    case 'doc.found': {
      const { documents: all, looked, index, next } = said;
      const rows = all.map(({ id, document, version }) => ({ name: id, version, text: JSON.stringify(document) }));
      const how = index === undefined ? 'without an index' : `by the index on ${index}`;
      const facts = [
        counted(rows.length, 'document'),
        `${count(looked)} looked at, ${how}`,
        where(said),
        ...more(next),
      ];
      return listed('id', rows, facts, look);
    }
    case 'doc.done':
      return done(`${said.collection}/${said.id}`, said, look);
    case 'doc.indexes': {
      const { collection, paths } = said;
      return quiet([`${collection} has ${paths.length === 0 ? 'no index' : `indexes on ${paths.join(', ')}`}`], look);
    }
    default:
      return notDone(said, by, look);
  }
}

interface Row {
  readonly name: string;
  readonly version: number;
  readonly text: string;
}

type Located = Readonly<{
  by: string;
  position: number;
  route?: { shards: string[]; missing?: { shard: string; reason: string }[] };
}>;

/** Positions are those of one log: what came from several shards has none. */
function where({ by, position, route }: Located): string {
  if (route === undefined) return `from ${by} at log position ${position}`;
  const missing = (route.missing ?? []).map(({ shard, reason }) => `; ${shard} is missing: ${reason}`);
  return `from ${route.shards.join(', ')} by ${by}${missing.join('')}`;
}

function counted(many: number, what: string): string {
  return `${count(many)} ${what}${many === 1 ? '' : 's'}`;
}

function more(next: string | undefined): string[] {
  return next === undefined ? [] : [`there may be more: --after ${/\s/.test(next) ? JSON.stringify(next) : next}`];
}

function single(value: unknown, facts: readonly string[], look: Look): string {
  return [JSON.stringify(value, null, 2), quiet([facts.join(', ')], look)].join('\n');
}

function listed(title: string, rows: readonly Row[], facts: readonly string[], look: Look): string {
  const { name } = palette(look);
  const below = quiet([facts.join(', ')], look);
  if (rows.length === 0) return below;
  const drawn = table(
    rows,
    [
      { title, cell: (row) => oneLine(row.name), paint: name, narrow: narrowest },
      { title: 'version', cell: ({ version }) => version, align: 'right' },
      { title: 'value', cell: ({ text }) => oneLine(text), narrow: narrowest },
    ],
    look,
  );
  return `${drawn}\n${below}`;
}

function done(
  name: string,
  {
    version,
    existed,
    recoveredBefore,
    ...said
  }: Located & { version: number; existed: boolean; recoveredBefore?: number },
  look: Look,
): string {
  if (recoveredBefore !== undefined) return quiet([`${name} was written so before, at ${recoveredBefore}`], look);
  if (version > 0) return `${name} has version ${version} now (${where(said)})`;
  return existed ? `${name} is no more (${where(said)})` : `there was nothing under ${name} (${where(said)})`;
}

function notDone(said: { readonly kind: string; readonly reason?: string }, by: string, look: Look): string {
  const { warn } = palette(look);
  const text = said.kind.endsWith('.unknown')
    ? `unknown: ${said.reason}; it may be done, now or later, or lost`
    : `not done by ${by}: ${said.reason ?? said.kind}`;
  return page(wrap(text, look.columns).map(warn), look);
}

function quiet(lines: readonly string[], look: Look): string {
  const { quiet: paint } = palette(look);
  return page(lines.flatMap((line) => wrap(line, look.columns)).map(paint), look);
}
