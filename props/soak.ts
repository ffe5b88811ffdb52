/**
 * `npm run soak`: the claims of `npm test` with fresh seeds, on every core, until the time is up or the cases are through.
 * Exits with 1 if something was refuted. Ctrl-C ends it with the summary so far, a second one at once.
 */
import { appendFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Piscina } from 'piscina';
import type { Batch } from './soak/batches';
import { soak } from './soak/soak';
import { readWish, usage, type Wish } from './soak/wish';
import type { Tried } from './trials';

async function run(wish: Wish): Promise<boolean> {
  const enough = new AbortController();
  process.once('SIGINT', () => enough.abort());
  const pool = new Piscina<Batch, Tried>({
    filename: join(__dirname, 'soak', `worker${extname(__filename)}`),
    name: 'tryBatch',
    minThreads: 1,
    maxThreads: wish.threads,
    atomics: 'disabled',
    recordTiming: false,
  });
  try {
    return await soak(wish, {
      attempt: (batch) => pool.run(batch, { signal: enough.signal }),
      print: (text) => process.stdout.write(text),
      keep: (line) => appendFileSync(wish.failures, `${line}\n`),
      nowMs: () => performance.now(),
      stop: enough.signal,
    });
  } finally {
    await pool.destroy();
  }
}

function wishOrUsage(): Wish | undefined {
  try {
    return readWish(process.argv.slice(2), Date.now() % 1_000_000_000);
  } catch (failure) {
    process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n\n${usage}`);
    return undefined;
  }
}

const wish = wishOrUsage();
if (wish === undefined) process.exitCode = 2;
else {
  run(wish).then(
    (good) => {
      process.exitCode = good ? 0 : 1;
    },
    (failure: unknown) => {
      process.stderr.write(`${failure instanceof Error ? failure.stack : String(failure)}\n`);
      process.exitCode = 2;
    },
  );
}
