/**
 * Who holds how many sessions.
 */
import { type Look, page, palette, wrap } from '../../src/drawing/look';
import { count } from '../../src/drawing/numbers';
import type { SessionHolder } from '../../src/world/session-operator';
import { table } from './table';

export function sessions(holders: readonly SessionHolder[], look: Look): string {
  const { name, bad, quiet } = palette(look);
  if (holders.length === 0) return 'there is no web server here, and nobody else who would hold a session';
  const drawn = table(
    holders,
    [
      { title: 'node', cell: ({ node }) => node, paint: name },
      { title: 'sessions in', cell: ({ store = '-' }) => where[store] ?? store },
      {
        title: 'held here',
        align: 'right',
        cell: ({ held }) => (held === undefined ? 'down' : count(held)),
        paint: (text, { held }) => (held === undefined ? bad(text) : text),
      },
    ],
    look,
  );
  return `${drawn}\n${page(wrap(noteOf(holders), look.columns).map(quiet), look)}`;
}

const where: Readonly<Record<string, string>> = {
  memory: 'its own memory',
  cache: 'the cache servers',
  sql: 'the database',
  kv: 'the key-value store',
};

function noteOf(holders: readonly SessionHolder[]): string {
  return holders.some(({ store, held }) => store === 'memory' && held !== undefined)
    ? 'what a web server holds dies with it, and no other one knows of it'
    : 'any web server serves anyone, and may die; what the store holds is all that counts';
}
