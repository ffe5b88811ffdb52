/**
 * What was there before anybody wrote, as writes at the head of a history: a file of a history tells nothing else, and
 * objects may begin differently.
 */
import type { Entry } from './history';

/** Who wrote what was there at first. */
const beginning = 'beginning';

/**
 * Puts a write before everything for each key of which somebody read a value that nobody writes. Only the first such
 * value of a key is taken for its beginning: a second one stays what it is, a value out of nowhere.
 *
 * @example
 * withBeginnings([read('user:1', 'Lopez')]); // beginning writes 'Lopez' to user:1; user:1 is read as 'Lopez'
 */
export function withBeginnings(entries: readonly Entry[]): Entry[] {
  const written = new Set(entries.flatMap(({ f, key, value }) => (f === 'read' ? [] : [place(key, value)])));
  const first = new Map<string | undefined, unknown>();
  for (const { type, f, key, value } of entries) {
    if (type === 'ok' && f === 'read' && !first.has(key) && !written.has(place(key, value))) first.set(key, value);
  }
  const time = entries[0]?.time;
  const head = [...first].flatMap(([key, value]): Entry[] => {
    const write = { process: beginning, f: 'write', key, value, time, line: 0 };
    return [
      { ...write, type: 'invoke' },
      { ...write, type: 'ok' },
    ];
  });
  return [...head, ...entries].map((entry, at) => ({ ...entry, line: at + 1 }));
}

/** Without the ends of what was called before the first entry: a history that begins in the middle of things. */
export function fromTheMiddle(entries: readonly Entry[]): Entry[] {
  const called = new Set<string>();
  return entries.filter(({ process, type }) => {
    if (type === 'invoke') called.add(process);
    return called.has(process);
  });
}

function place(key: string | undefined, value: unknown): string {
  return JSON.stringify([key, value]);
}
