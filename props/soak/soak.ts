/**
 * A soak: batches are tried by as many lanes as there are threads, each says how it went, and what refutes a claim is
 * kept. It ends when there are no more, when its time is up, or when somebody has had enough; always with a summary.
 */
import type { Tried } from '../trials';
import { type Batch, batches } from './batches';
import { Tally } from './tally';
import type { Wish } from './wish';

/** What a soak stands on. */
export interface Surroundings {
  /** Tries a batch somewhere; rejects if it cannot be tried. */
  attempt(batch: Batch): Promise<Tried>;
  print(text: string): void;
  /** Keeps a refutation, as a line. */
  keep(line: string): void;
  nowMs(): number;
  /** Somebody has had enough. */
  readonly stop: AbortSignal;
}

/** True if nothing was refuted and the cases proved something. */
export async function soak(wish: Wish, around: Surroundings): Promise<boolean> {
  const { print, nowMs, stop } = around;
  const beganMs = nowMs();
  const untilMs = beganMs + wish.minutes * 60_000;
  const tally = new Tally();
  const cards = batches(wish);

  const next = (): Batch | undefined => {
    if (stop.aborted || nowMs() >= untilMs || wish.chosen.every(({ name }) => tally.isGivenUp(name))) return undefined;
    for (let card = cards.next(); card.done !== true; card = cards.next()) {
      if (!tally.isGivenUp(card.value.name)) return card.value;
    }
    return undefined;
  };
  const lane = async (): Promise<void> => {
    for (let batch = next(); batch !== undefined; batch = next()) await one(batch);
  };
  const one = async (batch: Batch): Promise<void> => {
    const batchMs = nowMs();
    const { name, seed } = batch;
    try {
      const tried = await around.attempt(batch);
      tally.add(batch, tried);
      const tookS = ((nowMs() - batchMs) / 1_000).toFixed(1);
      print(`seed ${seed} ${name}: ${tried.runs} cases, ${tried.vacuous} empty, ${tookS} s\n`);
      if (tried.refuted === undefined) return;
      const again = `npm run soak -- --property ${name} --seed ${seed}`;
      const { kind, command, report } = tried.refuted;
      print(`${report}\n  the same again: ${again}\n`);
      around.keep(JSON.stringify({ property: name, seed, kind, replay: command, again, report }));
    } catch (failure) {
      if (stop.aborted) return;
      tally.addBroken(batch);
      print(
        `seed ${seed} ${name}: could not be tried: ${failure instanceof Error ? failure.message : String(failure)}\n`,
      );
    }
  };

  print(`seeds from ${wish.seed} on, ${wish.threads} at a time${howLong(wish)}\n`);
  await Promise.all(Array.from({ length: wish.threads }, lane));
  if (stop.aborted) print('stopped\n');
  print(tally.summary(nowMs() - beganMs));
  return tally.refuted === 0 && tally.empty.length === 0;
}

function howLong({ runs, minutes, shard }: Wish): string {
  const cases = runs === Number.POSITIVE_INFINITY ? '' : `, ${runs} cases`;
  const time = minutes === Number.POSITIVE_INFINITY ? '' : `, for ${minutes} minutes`;
  return `${cases}${time}${shard.of === 1 ? '' : `, shard ${shard.at + 1} of ${shard.of}`}`;
}
