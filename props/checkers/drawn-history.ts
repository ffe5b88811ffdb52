/**
 * Small histories, drawn in two ways: turn by turn with answers out of thin air, of which most are wrong, and from a
 * sequential object, of which most are right even after one thing in them has been changed.
 */
import fc from 'fast-check';
import type { Entry, EntryType } from '../../src/checking/history';
import { toJsonLines } from '../../src/checking/json-lines';
import { falsified, sampleHistory } from '../../src/checking/sample';
import type { Asked, SampledModel } from '../../src/checking/sampled-models';
import { seeded } from '../../src/kernel/random';

export interface DrawnHistory {
  readonly model: SampledModel;
  readonly entries: readonly Entry[];
}

const operationsMax = 7;

/** What may be asked of an object, and what it may be said to have answered; few values, so that some are right. */
const vocabulary: Readonly<Record<SampledModel, readonly (Asked & { readonly outputs: readonly unknown[] })[]>> = {
  register: [reading('read', null, [null, 1, 2]), writing('write', 1), writing('write', 2)],
  'cas-register': [
    reading('read', null, [null, 1, 2]),
    writing('write', 1),
    writing('cas', [1, 2]),
    writing('cas', [2, 1]),
    writing('cas', [1, 1]),
  ],
  kv: [
    reading('get', null, ['', 'a', 'b', 'ab', 'ba']),
    writing('append', 'a'),
    writing('append', 'b'),
    writing('put', 'a'),
    writing('put', ''),
  ],
  queue: [writing('enqueue', 1), writing('enqueue', 2), reading('dequeue', null, [null, 1, 2])],
  counter: [reading('read', null, [0, 1, -1, 2]), writing('add', 1), writing('add', -1), writing('add', 0)],
  mutex: [writing('acquire', null), writing('release', null)],
};

function reading(f: string, input: unknown, outputs: readonly unknown[]): Asked & { outputs: readonly unknown[] } {
  return { f, input, outputs };
}

function writing(f: string, input: unknown): Asked & { outputs: readonly unknown[] } {
  return { f, input, outputs: [input] };
}

const aModel = fc.constantFrom<SampledModel[]>('register', 'cas-register', 'kv', 'queue', 'counter', 'mutex');

const invented: fc.Arbitrary<DrawnHistory> = aModel.chain((model) => {
  const aTurn = fc.record({
    client: fc.nat({ max: 3 }),
    key: fc.constantFrom('x', 'x', 'x', 'y'),
    asked: fc.constantFrom(...vocabulary[model]),
    ends: fc.constantFrom<EntryType[]>('ok', 'ok', 'ok', 'ok', 'ok', 'unknown', 'fail'),
    answer: fc.nat({ max: 4 }),
  });
  return fc.array(aTurn, { minLength: 6, maxLength: 2 * operationsMax + 4 }).map((turns) => {
    const entries: Entry[] = [];
    const doing = new Map<number, Entry>();
    const lives = [0, 0, 0, 0];
    for (const { client, key, asked, ends, answer } of turns) {
      const line = entries.length + 1;
      const call = doing.get(client);
      if (call === undefined) {
        if (entries.filter(({ type }) => type === 'invoke').length === operationsMax) continue;
        const process = `${client}.${lives[client] ?? 0}`;
        doing.set(client, { process, type: 'invoke', f: asked.f, key, value: asked.input, line });
        entries.push(...[doing.get(client)].flatMap((entry) => entry ?? []));
      } else {
        const outputs = vocabulary[model].find(({ f, input }) => f === call.f && input === call.value)?.outputs ?? [];
        entries.push({ ...call, type: ends, value: outputs[answer % outputs.length], line });
        doing.delete(client);
        if (ends === 'unknown') lives[client] = (lives[client] ?? 0) + 1;
      }
    }
    return { model, entries };
  });
});

export const changes = ['nothing', 'an answer', 'two neighbours', 'an end left out'] as const;
export type Change = (typeof changes)[number];

const sampled: fc.Arbitrary<DrawnHistory> = fc
  .record({
    model: aModel,
    seed: fc.nat({ max: 1_000_000 }),
    operations: fc.integer({ min: 2, max: operationsMax }),
    processes: fc.integer({ min: 2, max: 4 }),
    unknownShare: fc.constantFrom(0, 0.15, 0.4),
    change: fc.constantFrom(...changes),
    place: fc.nat({ max: 20 }),
  })
  .map(({ model, seed, operations, processes, unknownShare, change, place }) => {
    const random = seeded(seed);
    const shares = { unknownShare, failShare: 0.05 };
    const entries = sampleHistory(random, { model, operations, processes, keys: 1, values: 2, ...shares });
    return { model, entries: changed(entries, change, place, seed) };
  });

/** Mostly invented ones: they shrink. */
export const aHistory: fc.Arbitrary<DrawnHistory> = fc.oneof(invented, sampled);

export function printed({ model, entries }: DrawnHistory): string[] {
  return [`--model ${model}`, ...toJsonLines(entries).trimEnd().split('\n')];
}

/** The same history with one thing changed, its lines counted anew. */
export function changed(entries: readonly Entry[], change: Change, place: number, seed: number): Entry[] {
  return renumbered(changing(entries, change, place, seed));
}

function changing(entries: readonly Entry[], change: Change, place: number, seed: number): Entry[] {
  const at = place % Math.max(1, entries.length);
  const [one, other] = entries.slice(at, at + 2);
  switch (change) {
    case 'nothing':
      return [...entries];
    case 'an answer':
      return falsified(seeded(seed).fork('falsified'), entries, [null, '', 0, 1, '0.', '0.1.', '1.0.']);
    case 'two neighbours': {
      // Within a process order is not for us to change.
      if (one === undefined || other === undefined || one.process === other.process) return [...entries];
      return [...entries.slice(0, at), other, one, ...entries.slice(at + 2)];
    }
    case 'an end left out': {
      const isLast = !entries.slice(at + 1).some(({ process }) => process === one?.process);
      const isEnd = one !== undefined && one.type !== 'invoke';
      return entries.filter((entry) => !(isEnd && isLast && entry === one));
    }
  }
}

function renumbered(entries: readonly Entry[]): Entry[] {
  return entries.map((entry, at) => ({ ...entry, time: undefined, line: at + 1 }));
}
