/**
 * Reads the keys of a trace from a file in batches, however large the file is. What is not a trace is a refusal with the
 * number of the line.
 */
import { createReadStream, statSync } from 'node:fs';
import { traceLine } from '../src/workload/trace-line';
import { Refusal } from '../src/world/quantities';

export interface Batch {
  readonly keys: readonly string[];
  /** How much of the file has been read, from 0 to 1. */
  readonly share: number;
}

export const batchMax = 10_000;
/** No line of a trace is as long: what has none of its ends for so long is no text. */
const lineMax = 10_000;

/** @throws Refusal for what cannot be read, and for a line that is none of a trace. */
export async function* traceBatches(file: string): AsyncGenerator<Batch> {
  const size = sizeOf(file);
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 });
  const reading = new Reading(file);
  let share = 0;
  try {
    for await (const chunk of stream) {
      share = size === 0 ? 1 : Math.min(1, stream.bytesRead / size);
      for (const keys of reading.take(String(chunk))) yield { keys, share };
    }
  } catch (failure) {
    throw failure instanceof Refusal ? failure : unreadable(file, failure);
  }
  for (const keys of reading.end()) yield { keys, share: 1 };
}

class Reading {
  private rest = '';
  private line = 0;
  private keys: string[] = [];

  constructor(private readonly file: string) {}

  *take(chunk: string): Generator<readonly string[]> {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) yield* this.read(line);
    if (this.rest.length > lineMax) yield* this.read(this.rest);
  }

  *end(): Generator<readonly string[]> {
    yield* this.read(this.rest);
    if (this.keys.length > 0) yield this.keys;
  }

  private *read(text: string): Generator<readonly string[]> {
    this.line++;
    const found = traceLine(text);
    if (found === undefined) return;
    if ('problem' in found) throw new Refusal(`${this.file}:${this.line}: ${found.problem}`);
    const [first, count] = 'key' in found ? [0, 1] : [found.first, found.count];
    for (let block = first; block < first + count; block++) {
      this.keys.push('key' in found ? found.key : String(block));
      if (this.keys.length < batchMax) continue;
      yield this.keys;
      this.keys = [];
    }
  }
}

function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (found.isDirectory()) throw new Refusal(`${file} is a folder, not a trace`);
    return found.isFile() ? found.size : 0;
  } catch (failure) {
    throw failure instanceof Refusal ? failure : unreadable(file, failure);
  }
}

function unreadable(file: string, failure: unknown): Refusal {
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  if (code === 'ENOENT') return new Refusal(`there is no file ${file}`);
  if (code === 'EACCES') return new Refusal(`${file} may not be read`);
  return new Refusal(`${file} cannot be read: ${failure instanceof Error ? failure.message : String(failure)}`);
}
