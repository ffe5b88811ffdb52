/**
 * What is in the outbox of a shard, as whoever tells it wants it: the oldest lines by the key that they go to, how many there
 * are, and for how long the oldest has waited.
 */
import type { SqlValue } from '../../protocols/sql';
import type { DatabaseState } from './state';

export interface Line {
  readonly seq: number;
  readonly statement: string;
  readonly parameters: readonly SqlValue[];
  /** It is done for each row that this finds, behind its own parameters. */
  readonly source?: { readonly statement: string; readonly parameters: readonly SqlValue[] } | undefined;
}

/** When the outbox grew is remembered so often, and so often at most. */
const noteMs = 10;
const notesMax = 1_000;

const oldest = 'SELECT seq, statement, parameters, source, source_parameters FROM outbox ORDER BY seq LIMIT ?';
const counted = 'SELECT count(*), min(seq) FROM outbox';
const lastGiven = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'";

export class Lines {
  private notes: { readonly atMs: number; readonly seq: number }[] = [];
  private lastSeq = 0;
  /** Lines that the shard before may have told just now, with letters still on their way. */
  private arrived: { readonly from: number; readonly to: number; readonly atMs: number } | undefined;

  constructor(
    private readonly state: DatabaseState,
    private readonly nowMs: () => number,
  ) {}

  /** Looks whether lines were added, by a write or with a slice that came or came back: `true` if so. */
  note(byMove: boolean): boolean {
    const seq = Number(this.rows(lastGiven)[0]?.[0] ?? 0);
    if (seq === this.lastSeq) return false;
    const nowMs = this.nowMs();
    // A snapshot of another copy may be behind what this one had.
    if (seq > this.lastSeq && nowMs >= (this.notes.at(-1)?.atMs ?? -noteMs) + noteMs)
      this.notes.push({ atMs: nowMs, seq: this.lastSeq + 1 });
    if (this.notes.length > notesMax) this.notes = this.notes.slice(notesMax / 2);
    if (byMove) this.arrived = { from: Math.min(this.arrived?.from ?? seq, this.lastSeq + 1), to: seq, atMs: nowMs };
    this.lastSeq = seq;
    return true;
  }

  get waiting(): { readonly rows: number; readonly oldestMs: number } {
    const [[rows, first] = [0, null]] = this.rows(counted);
    if (typeof rows !== 'number' || typeof first !== 'number' || rows === 0) return { rows: 0, oldestMs: 0 };
    const since = this.notes.filter(({ seq }) => seq <= first).at(-1) ?? this.notes[0];
    return { rows, oldestMs: since === undefined ? 0 : this.nowMs() - since.atMs };
  }

  /** The oldest ones, those together that go to the same key, in their order. Who came with a slice rests for a while. */
  first(linesMax: number, restMs: number): readonly (readonly Line[])[] {
    if (this.arrived !== undefined && this.nowMs() >= this.arrived.atMs + restMs) this.arrived = undefined;
    const { arrived } = this;
    const isResting = ({ seq }: Line): boolean => arrived !== undefined && seq <= arrived.to && seq >= arrived.from;
    const byTarget = new Map<string, Line[]>();
    for (const line of this.rows(oldest, linesMax).map(lineOf)) {
      const target = JSON.stringify(line.parameters[0] ?? line.seq);
      const lines = byTarget.get(target);
      if (lines === undefined) byTarget.set(target, [line]);
      else lines.push(line);
    }
    return [...byTarget.values()].filter((lines) => !lines.some(isResting));
  }

  private rows(statement: string, ...parameters: SqlValue[]): SqlValue[][] {
    const { sqlite } = this.state;
    return sqlite?.sharding === undefined ? [] : sqlite.read({ statement, parameters }).rows;
  }
}

function lineOf([seq, statement, parameters, source, sourceParameters]: readonly SqlValue[]): Line {
  const line = { seq: Number(seq), statement: String(statement), parameters: valuesOf(parameters) };
  if (typeof source !== 'string') return line;
  return { ...line, source: { statement: source, parameters: valuesOf(sourceParameters) } };
}

function valuesOf(text: SqlValue | undefined): SqlValue[] {
  const values: unknown = JSON.parse(String(text ?? '[]'));
  return Array.isArray(values)
    ? values.map((value) => (typeof value === 'string' || value === null ? value : Number(value)))
    : [];
}
