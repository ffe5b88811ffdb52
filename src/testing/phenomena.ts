/**
 * "Sometimes" assertions: things that must have happened somewhere in a set of cases, or the cases were too tame to
 * prove anything. A claim says what it saw; at the end nothing that was expected may be missing.
 */
import type { WorldEvent } from '../kernel/events';

/** Tells by one event that something happened. */
export type Sign = (event: WorldEvent) => boolean;

/** What can be told from a single event of a world. */
export const signs = {
  'a node was killed': (event) => event.type === 'life' && event.phase === 'killed',
  'a node crashed by itself': (event) => event.type === 'life' && event.phase === 'crashed',
  'a box was down': (event) => event.type === 'life' && event.phase === 'box-down',
  'a host was down': (event) => event.type === 'life' && event.phase === 'host-down',
  'a node was paused': (event) => event.type === 'life' && event.phase === 'paused',
  'a message was cut by a partition': (event) => dropped(event, /^(partition|isolate) /),
  'an answer to an earlier life was dropped': (event) => dropped(event, /answers an earlier life/),
  'an answer came too late for anybody': (event) => dropped(event, /nobody waits/),
  'a connection was reset': (event) => dropped(event, /reset/),
  'a dead process was knocked at': (event) => dropped(event, / is down$/),
  'a torn tail was found': (event) => logged(event, /torn entry/),
  'a database stopped because it could not sync': (event) => logged(event, /could not sync/),
  'a log was replayed': (event) => logged(event, /ready at .* [1-9]\d* entries/),
  'a server was ejected': (event) => event.type === 'act' && event.act.startsWith('eject '),
  'a server was readmitted': (event) => event.type === 'act' && event.act.startsWith('readmit '),
} as const satisfies Readonly<Record<string, Sign>>;

export type SignName = keyof typeof signs;

export class Phenomena {
  private readonly counts = new Map<string, number>();

  /** Notes that something was seen, or how often. */
  saw(what: string, times = 1): void {
    if (times > 0) this.counts.set(what, this.count(what) + times);
  }

  /** Adds what a table of others says; other text says nothing. */
  addTable(text: string): void {
    for (const [, times, what] of text.matchAll(/^ *(\d+) × (.+)$/gm)) this.saw(what ?? '', Number(times));
  }

  /** Notes what an event is a sign of. */
  readonly watch = (event: WorldEvent): void => {
    if (event.type === 'gauge' || event.type === 'operation') return;
    for (const [name, sign] of signEntries) if (sign(event)) this.saw(name);
  };

  count(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** What was expected and never seen. */
  missing(expected: readonly string[]): readonly string[] {
    return expected.filter((what) => !this.counts.has(what));
  }

  /** A line for each, the rarest first. */
  table(expected: readonly string[] = []): string {
    const names = [...new Set([...expected, ...this.counts.keys()])];
    names.sort((a, b) => this.count(a) - this.count(b) || (a < b ? -1 : 1));
    return names.map((name) => `${String(this.count(name)).padStart(8)} × ${name}`).join('\n');
  }
}

const signEntries: readonly (readonly [string, Sign])[] = Object.entries(signs);

function dropped(event: WorldEvent, reason: RegExp): boolean {
  return event.type === 'dropped' && reason.test(event.reason);
}

function logged(event: WorldEvent, text: RegExp): boolean {
  return event.type === 'log' && text.test(event.text);
}
