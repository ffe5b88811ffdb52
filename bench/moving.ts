/**
 * Keys that move to a new shard under load: how many a second, and what those who ask meanwhile notice of it, in virtual
 * time and on threads of ours.
 */
import type { ClientReport } from '../src/protocols/client';
import { sharding } from '../src/stages/sharding';
import { simulatedSite, withConfig } from '../src/testing/simulated-site';
import { launch } from '../src/world/launch';
import { type Benchmark, happened, type Row, type Side, type Unit } from './harness';

/** What one move came to: rates of the time in which keys went over, percentiles of all requests before and meanwhile. */
interface Moved {
  readonly keysPerS: number;
  readonly rowsPerS: number;
  /** As fast as our machine simulates it, where it is simulated. */
  readonly wallKeysPerS: number;
  readonly before: ClientReport;
  readonly during: ClientReport;
}

type Figure = (moved: Moved) => number;

const before: Figure = ({ before: { p99Ms } }) => p99Ms;
const during: Figure = ({ during: { p99Ms } }) => p99Ms;
const medianBefore: Figure = ({ before: { p50Ms } }) => p50Ms;
const medianDuring: Figure = ({ during: { p50Ms } }) => p50Ms;

/** One move per round: all its figures come from the same run. */
class Move {
  private last: Moved | undefined;

  constructor(private readonly run: () => Promise<Moved>) {}

  /** The figure that is measured first makes the run, the others read it. */
  first(name: string, unit: Unit, figure: Figure): Side {
    return {
      name,
      unit,
      measure: async () => {
        this.last = await this.run();
        return figure(this.last);
      },
    };
  }

  other(name: string, unit: Unit, figure: Figure): Side {
    return {
      name,
      unit,
      measure: () => {
        if (this.last === undefined) throw new Error(`${name}: no keys have moved`);
        return figure(this.last);
      },
    };
  }
}

function topologyOf(users: number): typeof sharding.topology {
  const databases = sharding.topology.nodes.filter(({ kind }) => kind === 'db');
  return withConfig(sharding.topology, Object.fromEntries(databases.map(({ id }) => [id, { seedUsers: users }])));
}

/** Rows that lie under the keys that moved, as far as rows are spread like keys. */
function rowsOf(keysMoved: number, shards: readonly { readonly keys: number; readonly rows: number }[]): number {
  const [keys, rows] = [sum(shards.map((one) => one.keys)), sum(shards.map((one) => one.rows))];
  return (keysMoved * rows) / keys;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

/** Nobody is refused, or waits in vain, because keys move. */
function demandNoneFailed(when: string, { failed, failures }: ClientReport): void {
  happened(`failed requests ${when} (${Object.keys(failures).join(', ')})`, failed, 0);
}

function inSimulation(users: number, ratePerS: number): Moved {
  const site = simulatedSite({ stage: { ...sharding, topology: topologyOf(users) }, seed: 1, detail: 'acts' });
  try {
    const shape = { loop: 'open', ratePerS, arrivals: 'poisson' } as const;
    const load = { users, writes: 0.2 };
    site.run('1s');
    site.load(shape, load);
    site.run('5s');
    const quiet = site.loadStop();
    site.reshard({ what: 'add', count: 1 });
    const stateNow = (): string | undefined => site.moves().moves[0]?.state;
    // Machines are ordered first: that is not what is measured.
    site.until(() => stateNow() === 'moving', '60s');
    site.load(shape, load);
    const [fromUs, fromMs] = [site.nowUs, performance.now()];
    while (stateNow() === 'moving') site.run('10ms');
    const [spanS, wallS] = [(site.nowUs - fromUs) / 1e6, (performance.now() - fromMs) / 1_000];
    const busy = site.loadStop();
    const keysMoved = site.moves().moves[0]?.keysMoved ?? 0;
    happened('keys that moved', keysMoved, users * 0.7, users * 0.9);
    demandNoneFailed('before', quiet);
    demandNoneFailed('while keys move', busy);
    const rows = rowsOf(keysMoved, site.shards().shards);
    return {
      ...{ keysPerS: keysMoved / spanS, rowsPerS: rows / spanS, wallKeysPerS: keysMoved / wallS },
      ...{ before: quiet, during: busy },
    };
  } finally {
    site.close();
  }
}

async function onThreads(users: number, ratePerS: number): Promise<Moved> {
  const world = await launch({ ...sharding, topology: topologyOf(users) });
  try {
    const shape = { loop: 'open', ratePerS, arrivals: 'poisson' } as const;
    const load = { users, writes: 0.2 };
    const stateNow = async (): Promise<string | undefined> => (await world.moves()).moves[0]?.state;
    // Until V8 has compiled what it sees.
    for (const ms of [1_000, 3_000]) {
      await world.load(shape, load);
      await world.run(ms);
      if (ms === 1_000) await world.loadStop();
    }
    const quiet = await world.loadStop();
    await world.reshard({ what: 'add', count: 1 });
    while ((await stateNow()) === 'ordering') await world.run(10);
    await world.load(shape, load);
    const fromMs = performance.now();
    while ((await stateNow()) === 'moving') await world.run(20);
    const spanS = (performance.now() - fromMs) / 1_000;
    const busy = await world.loadStop();
    const keysMoved = (await world.moves()).moves[0]?.keysMoved ?? 0;
    happened('keys that moved', keysMoved, users * 0.7, users * 0.9);
    const rows = rowsOf(keysMoved, (await world.shards()).shards);
    const keysPerS = keysMoved / spanS;
    return { keysPerS, rowsPerS: rows / spanS, wallKeysPerS: keysPerS, before: quiet, during: busy };
  } finally {
    await world.close();
  }
}

function simulatedRows(users: number): Row[] {
  const move = new Move(() => Promise.resolve(inSimulation(users, 2_000)));
  const of = `reshard +1 of ${users.toLocaleString('en-US')} keys`;
  return [
    { what: `${of}: keys, virtual`, ours: move.first('keys', '/s', ({ keysPerS }) => keysPerS) },
    { what: `${of}: rows, virtual`, ours: move.other('rows', '/s', ({ rowsPerS }) => rowsPerS) },
    { what: `${of}: keys, simulated`, ours: move.other('simulated', '/s', ({ wallKeysPerS }) => wallKeysPerS) },
    {
      what: `${of}: p99 meanwhile, virtual`,
      ours: move.other('meanwhile', 'ms', during),
      peer: move.other('before', 'ms', before),
      reach: { of: 'time', atMost: 2 },
    },
  ];
}

function threadRows(users: number): Row[] {
  const move = new Move(() => onThreads(users, 100));
  const of = `reshard +1 of ${users.toLocaleString('en-US')} keys on threads`;
  return [
    { what: `${of}: keys`, ours: move.first('keys', '/s', ({ keysPerS }) => keysPerS) },
    { what: `${of}: rows`, ours: move.other('rows', '/s', ({ rowsPerS }) => rowsPerS) },
    {
      what: `${of}: p50 meanwhile`,
      ours: move.other('meanwhile', 'ms', medianDuring),
      peer: move.other('before', 'ms', medianBefore),
    },
    // Copying is real work here, on cores that serve as well: told, and no target on a machine that others use too.
    {
      what: `${of}: p99 meanwhile`,
      ours: move.other('meanwhile', 'ms', during),
      peer: move.other('before', 'ms', before),
    },
  ];
}

export const moving: Benchmark = {
  name: 'moving',
  summary: 'keys moved to a new shard under load: how fast, and what users notice',
  rounds: 3,
  open: () => ({ rows: [...simulatedRows(1_000), ...simulatedRows(10_000), ...threadRows(1_000)] }),
};
