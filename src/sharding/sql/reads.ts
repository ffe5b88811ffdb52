/**
 * SELECT: which shards it concerns, and in which of three ways it is answered from them.
 *
 * 1. *whole*: all it touches lies on one shard, which answers it as it stands.
 * 2. *partial*: its tables are joined by their shard keys, so that each shard can answer for the rows that it has; what they
 *    answer is put together.
 * 3. *gather*: the rows that it needs of each table are fetched, and it is answered over them.
 */
import type { SqlValue } from '../../protocols/sql';
import { placesOf, shardsOf } from './bound';
import {
  type Context,
  type Merged,
  type Part,
  type Place,
  type Request,
  rowsMaxUnlessSaid,
  type Whole,
} from './context';
import type { Distribution, Question } from './distribution';
import { gather } from './gather';
import { groups } from './groups';
import { Names, type Scope } from './names';
import type { Parsed } from './parse';
import { pushedLimit, rows } from './partial';
import type { Reading } from './reading';
import { NotTaken, type Refused } from './refusal';
import type { Schema } from './schema';
import type { Scratch } from './scratch';
import { demandSettled, isAggregated, termOf } from './settled';
import { colocationOf, survey } from './survey';
import { toSent } from './text';
import { Ties } from './ties';
import type { Expression, Select } from './tree';

/** A SELECT without its parameters, and what was found out about it. */
export interface Read {
  readonly kind: 'read';
  readonly reading: Reading;
  /** How it is answered from several shards, without and with split keys, once it was asked so. */
  readonly ways: Map<boolean, Distribution | NotTaken>;
}

/** One shard answers. */
export interface WholeRead extends Whole {
  /** Any shard would do: no row can be concerned. */
  readonly isAnywhere: boolean;
}

/** Several shards are asked; what they answer is merged. */
export interface Scatter {
  readonly kind: 'scatter';
  readonly way: Distribution['way'];
  /** Everybody who is asked something. */
  readonly shards: readonly string[];
  readonly requests: readonly Request[];
  /** @param answers for each request what its shards answered, in any order. */
  merge(answers: readonly (readonly Part[])[]): Merged | Refused;
}

export function prepareRead(parsed: Parsed, select: Select, schema: Schema): Read {
  const names = new Names(schema);
  const scope = names.query(select, undefined);
  const ties = new Map<Scope, Ties>();
  const accesses = survey(scope, names, Ties.none(), ties);
  const reading = { parsed, select, names, scope, ties, accesses, colocation: colocationOf(accesses) };
  return { kind: 'read', reading, ways: new Map() };
}

/** Throws `NotTaken`. */
export function bindRead(
  read: Read,
  parameters: readonly SqlValue[],
  context: Context,
  scratch: Scratch,
): WholeRead | Scatter {
  const { accesses, parsed } = read.reading;
  const [first] = context.shards;
  if (first === undefined) throw new NotTaken('not-distributable', 'there are no shards');
  const places: Place[] = [];
  let isBound = true;
  for (const access of accesses) {
    const found = placesOf(access, parameters);
    if (found === undefined) isBound = false;
    else places.push(...found);
  }
  const shards = isBound ? shardsOf(places, context) : context.shards;
  if (shards.length > 1) return scattered(read, shards, parameters, context, scratch);
  const statements = [{ statement: parsed.text, parameters }];
  const [shard = first] = shards;
  return { kind: 'whole', shard, statements, places, writes: false, isAnywhere: shards.length === 0 };
}

function scattered(
  read: Read,
  shards: readonly string[],
  parameters: readonly SqlValue[],
  context: Context,
  scratch: Scratch,
): Scatter {
  const { reading } = read;
  const distribution = wayOf(read, context.hasSplitKeys);
  const pushed = pushedLimit(reading, parameters);
  const requests = distribution.questions.map((question) => ({
    label: question.label,
    shards: question.of === undefined ? shards : askedBy(question, parameters, context),
    ...toSent(question.text, parameters, pushed),
  }));
  const { rowsMax = rowsMaxUnlessSaid } = context;
  return {
    kind: 'scatter',
    way: distribution.way,
    shards: [...new Set(requests.flatMap((request) => request.shards))],
    requests,
    merge: (answers) => {
      const rowsMoved = answers.flat().reduce((sum, part) => sum + part.rows.length, 0);
      try {
        if (rowsMoved > rowsMax) throw new NotTaken('limit', tooMany(rowsMoved, rowsMax));
        return { kind: 'merged', ...distribution.merge(answers, { parameters, scratch }), rowsMoved };
      } catch (failure) {
        if (failure instanceof NotTaken) return failure.toRefused();
        throw failure;
      }
    },
  };
}

function tooMany(rowsMoved: number, rowsMax: number): string {
  return `${rowsMoved} rows came from the shards, and at most ${rowsMax} are put together: ask for fewer, by a key or a condition`;
}

function askedBy({ of = [] }: Question, parameters: readonly SqlValue[], context: Context): readonly string[] {
  const places = of.map((access) => placesOf(access, parameters));
  const known = places.flatMap((one) => one ?? []);
  return places.includes(undefined) ? context.shards : shardsOf(known, context);
}

function wayOf(read: Read, hasSplitKeys: boolean): Distribution {
  const known = read.ways.get(hasSplitKeys) ?? judged(read.reading, hasSplitKeys);
  read.ways.set(hasSplitKeys, known);
  if (known instanceof NotTaken) throw known;
  return known;
}

function judged(reading: Reading, hasSplitKeys: boolean): Distribution | NotTaken {
  try {
    demandSettled(reading);
    return (isPartial(reading, hasSplitKeys) ? partial(reading, hasSplitKeys) : undefined) ?? gather(reading);
  } catch (failure) {
    if (failure instanceof NotTaken) return failure;
    throw failure;
  }
}

function partial(reading: Reading, hasSplitKeys: boolean): Distribution | undefined {
  const isMerged = isAggregated(reading.select) && !lying.haveLocalGroups(reading, hasSplitKeys);
  return isMerged ? groups(reading) : rows(reading);
}

/** Whether each shard can answer for its rows: what a row needs of other tables is where the row is. */
function isPartial({ scope, accesses, colocation, select }: Reading, hasSplitKeys: boolean): boolean {
  const isColocated = hasSplitKeys ? colocation.split : colocation.whole;
  if (!isColocated || accesses[0]?.scope !== scope || scope.derived.size > 0) return false;
  // What a function gives is on every shard: left of a LEFT JOIN each of them would find it without a partner.
  const isRepeated = scope.refs.some(({ table }) => table === undefined);
  if (isRepeated && scope.refs.some(({ source }) => source?.join === 'left')) return false;
  return [select.limit, select.offset].every((one) => one === undefined || isConstant(one));
}

function isConstant({ kind }: Expression): boolean {
  return kind === 'literal' || kind === 'parameter';
}

/** How rows lie that are aggregated together. */
export const lying = {
  /** Whether all rows of a group are on one shard, since they have one shard key. */
  haveLocalGroups({ select, names, scope, ties, accesses }: Reading, hasSplitKeys: boolean): boolean {
    const [first] = accesses;
    const tied = ties.get(scope);
    if (first === undefined || tied === undefined) return false;
    if (hasSplitKeys && accesses.some(({ table }) => table.part !== undefined)) return false;
    return select.groupBy.some((term) => {
      const target = names.targets.get(termOf(term, select, names));
      // Where a LEFT JOIN found no partner its columns are NULL, on any shard.
      if (target === undefined || target.ref.source?.join === 'left') return false;
      return scope.refs.includes(target.ref) && tied.areEqual(target.ref, target.column, first.ref, first.table.key);
    });
  },
};
