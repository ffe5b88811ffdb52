/** Runs the same in several ways, or looks at the same from several sides, and puts the figures side by side. */
import { type Method, method as methods, type Placement } from '../../src/protocols/shard-map';
import { freshNames } from '../../src/sharding/change';
import { comparison } from '../render/comparison';
import { keys as drawKeys } from '../render/keys';
import { storeComparison } from '../render/store-comparison';
import { ttls } from '../render/ttls';
import { command, type Shown } from '../shell/command';
import { type KeyColumn, type KeyTrial, keyColumn, keyTrial } from '../shell/key-trial';
import { count, duration, oneOf, patience, share } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { option } from '../shell/options';
import { many, optional, type Param, word } from '../shell/params';
import { runTrial, type TrialResult, trials } from '../shell/replication-trial';
import type { Shell } from '../shell/shell';
import { runStoreTrials } from '../shell/store-trial';
import { runTtlTrial, type TtlResult } from '../shell/ttl-trial';

/** What is compared, and what of it. */
type Comparison =
  | { readonly what: 'replication' | 'stores' | 'ttl'; readonly ms: number | undefined }
  | { readonly what: 'keys'; readonly columns: readonly KeyColumn[] };

const whats: readonly Comparison['what'][] = ['replication', 'keys', 'stores', 'ttl'];
const what = oneOf('comparison', () => whats);
const columns = many(word('table.column', keyColumn));
const length = optional(duration);

/** Each comparison takes something else behind its name. */
const comparisons: Param<Comparison> = {
  usage: 'replication [<duration>] | stores [<duration>] | keys <table.column>... | ttl [<duration>]',
  signature: (name) => `...${name}: (string | number)[]`,
  spare: false,
  take: (reader) => {
    const taken = what.take(reader);
    if (taken === 'keys') return { what: 'keys', columns: columns.take(reader) };
    return { what: taken === 'stores' || taken === 'ttl' ? taken : 'replication', ms: length.take(reader) };
  },
  complete: () => [...whats, 'users.id', 'users.state', 'posts.author'],
};

const placing: Param<Method> = word(
  'method',
  (text) => {
    const found = methodNames.find((name) => name === text);
    if (found !== undefined) return found;
    throw new Mistake(`there is no way to place keys called ${text} (there are ${methodNames.join(', ')})`);
  },
  { complete: () => methodNames },
);
/** By ranges there is nothing to compare before somebody has chosen their bounds. */
const methodNames = methods.anyOf.map(({ const: name }) => name).filter((name) => name !== 'ranges');

/** Each way is tried with these. */
const ttlsMs = [100, 1_000, 10_000, 60_000, 600_000];
const defaultTtlMs = 120_000;
const defaultTtlUsers = 100;
const defaultMs = 3_000;
const defaultApartMs = 20;
const defaultUsers = 10;
const defaultShards = 4;
const defaultReads = 0.8;
const defaultStoreUsers = 50;
const defaultStoresMs = 1_000;

interface Options {
  readonly users?: number;
  readonly reads?: number;
  readonly apart?: number;
  readonly shards?: number;
  readonly method?: Method;
}

export const compare = command({
  name: 'compare',
  group: 'data',
  summary:
    'put figures side by side: ways to replicate, kinds of stores, columns as shard keys, times to live, on this stage',
  examples: [
    { line: 'compare replication', text: 'async, semi-sync, quorum and raft under the same users' },
    { line: 'compare replication 10s --users 50 --apart 80ms', text: 'longer, more of them, and an ocean between' },
    { line: 'compare stores --reads 95%', text: 'relational, key-value and documents under the same users' },
    { line: 'compare keys users.id users.state posts.author', text: 'good and bad shard keys, on the rows there are' },
    { line: 'compare ttl', text: 'under write-around: what the database is asked, against how old what is read is' },
    { line: 'compare keys users.id users.city --shards 8 --method ring', text: 'for other shards' },
  ],
  params: { comparison: comparisons },
  options: {
    users: option(
      '--users <count>',
      count,
      'replication: how many users write without a pause, by default 10; stores: how many ask, by default 50; ttl: 100',
    ),
    reads: option('--reads <share>', share, 'stores: the share of operations that read, by default 80%'),
    apart: option(
      '--apart <duration>',
      patience,
      'replication: how far apart copies are tried as well, by default 20ms',
    ),
    shards: option('--shards <count>', count, 'keys: for so many shards, by default 4'),
    method: option('--method <method>', placing, 'keys: modulo, ring, jump (the default) or rendezvous'),
  },
  returns: 'unknown',
  run: async ({ comparison: wanted, ...given }, shell): Promise<Shown> => {
    if (wanted.what === 'keys') return compareKeys(wanted.columns, given, shell);
    if (wanted.what === 'stores') return compareStores(wanted.ms ?? defaultStoresMs, given, shell);
    if (wanted.what === 'ttl') return compareTtl(wanted.ms ?? defaultTtlMs, given, shell);
    return compareReplication(wanted.ms ?? defaultMs, given, shell);
  },
});

async function compareReplication(ms: number, given: Options, shell: Shell): Promise<Shown> {
  refuse('replication', given, ['shards', 'method', 'reads']);
  const { users = defaultUsers, apart = defaultApartMs } = given;
  const { world, seed, signal, stage } = shell;
  const load = { seed, users, ms, apartMs: apart };
  const results: TrialResult[] = [];
  for (const apartMs of [0, apart]) {
    for (const trial of trials) {
      results.push(await runTrial(world.topology, trial, { ...load, apartMs }, signal));
    }
  }
  const value = { stage: stage.name, load, results };
  return { value, text: (look) => comparison(value, look) };
}

async function compareStores(ms: number, given: Options, shell: Shell): Promise<Shown> {
  refuse('stores', given, ['shards', 'method', 'apart']);
  const { users = defaultStoreUsers, reads = defaultReads } = given;
  const { world, seed, signal, stage } = shell;
  const load = { seed, users, ms, reads };
  const value = { stage: stage.name, load, results: await runStoreTrials(world.topology, load, signal) };
  return { value, text: (look) => storeComparison(value, look) };
}

async function compareTtl(ms: number, given: Options, shell: Shell): Promise<Shown> {
  refuse('ttl', given, ['shards', 'method', 'apart', 'reads']);
  const { world, seed, signal, stage } = shell;
  const load = { seed, users: given.users ?? defaultTtlUsers, ms, strategy: 'write-around' } as const;
  const results: TtlResult[] = [];
  for (const ttlMs of ttlsMs) results.push(await runTtlTrial(world.topology, ttlMs, load, signal));
  const value = { stage: stage.name, load, results };
  return { value, text: (look) => ttls(value, look) };
}

async function compareKeys(of: readonly KeyColumn[], given: Options, { world }: Shell): Promise<Shown> {
  refuse('keys', given, ['users', 'apart', 'reads']);
  const { shards = defaultShards, method = 'jump' } = given;
  const placement: Placement = { method, shards: [...freshNames('sql', [], shards)], splits: [], isolated: [] };
  const results: KeyTrial[] = [];
  for (const column of of) results.push(await keyTrial(world, column, placement));
  const value = { method, shards, results };
  return { value, text: (look) => drawKeys(value, look) };
}

function refuse(comparison: string, given: Options, others: readonly (keyof Options)[]): void {
  const stray = others.find((name) => given[name] !== undefined);
  if (stray !== undefined) throw new Mistake(`--${stray} is not for compare ${comparison}; see help compare`);
}
