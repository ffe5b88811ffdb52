/**
 * What copies cost and how soon they step in, in virtual time: writes per mode, a promotion against its bound; and how
 * much virtual time of the replicated stage goes by in a second of ours while drawn faults strike it.
 */
import { durability } from '../props/site/durability';
import { runTrial, trials } from '../repl/shell/replication-trial';
import { stages } from '../src/stages';
import { virtualMs } from '../src/testing/driven-world';
import { judge } from '../src/testing/judge';
import { simulatedSite } from '../src/testing/simulated-site';
import { defaults } from '../src/tiers/observer/settings';
import { type Benchmark, perSecond, type Row, type Side } from './harness';

const { replication } = stages;
/** Copies in places that are so far apart: what a mode waits for shows. */
const apartMs = 20;
const signal = new AbortController().signal;

function rowsOf(
  trial: (typeof trials)[number],
  peer: Result | undefined,
): { readonly rows: Row[]; readonly own: Result } {
  const own = new Result(trial);
  const rows: Row[] = (['p50Ms', 'p99Ms', 'writesPerS'] as const).map((figure) => {
    const what = figure === 'writesPerS' ? 'writes, 10 users' : `${figure.slice(0, 3)} of a write`;
    const row = { what: `${trial.name}: ${what}, 20 ms apart`, ours: own.side(figure) };
    return peer === undefined ? row : { ...row, peer: peer.side(figure) };
  });
  return { rows, own };
}

/** One mode under its users, once per round: all its figures come from the same run. */
class Result {
  private readonly sides = new Map<string, Side>();
  private run: Promise<Awaited<ReturnType<typeof runTrial>>> | undefined;

  constructor(private readonly trial: (typeof trials)[number]) {}

  side(figure: 'p50Ms' | 'p99Ms' | 'writesPerS'): Side {
    const known = this.sides.get(figure);
    if (known !== undefined) return known;
    const side: Side = {
      name: this.trial.name,
      unit: figure === 'writesPerS' ? '/s' : 'ms',
      measure: async () => {
        this.run ??= runTrial(replication.topology, this.trial, { seed: 1, users: 10, ms: 2_000, apartMs }, signal);
        return (await this.run)[figure];
      },
    };
    this.sides.set(figure, side);
    return side;
  }
}

/** What a promotion may take: the lease, an election's worth of round trips and syncs, and one look of the user's. */
const boundMs = defaults.leaseMs + defaults.retryMs + 100;

/** The longest of several, from the death of the primary to the first write that another one acknowledges. */
function promotion(): Side {
  return {
    name: 'promotion',
    unit: 'ms',
    measure(scale) {
      const worlds = Math.max(3, Math.round(20 * scale));
      let longestMs = 0;
      for (let seed = 1; seed <= worlds; seed++) {
        const site = simulatedSite({ stage: replication, seed, detail: 'acts' });
        site.run(`${seed * 37}ms`);
        const fromUs = site.nowUs;
        site.kill('db-1', { stay: true });
        while (site.patch('/users/12', { lastName: 'Hopper' }).status !== 200) site.run('5ms');
        longestMs = Math.max(longestMs, (site.nowUs - fromUs) / 1000);
        site.close();
      }
      return longestMs;
    },
  };
}

function underFaults(): Side {
  return {
    name: 'under faults',
    unit: 's/s',
    measure(scale) {
      const beforeMs = virtualMs();
      return perSecond(() => {
        const judged = judge(durability({ stage: replication, seed: 1, runs: Math.max(5, Math.round(40 * scale)) }));
        if (judged.refuted !== undefined) throw new Error(`the claim fell: ${judged.refuted.message}`);
        return (virtualMs() - beforeMs) / 1_000;
      });
    },
  };
}

export const copies: Benchmark = {
  name: 'copies',
  summary: 'replication: what each mode costs, how soon a primary is replaced, how fast it is tried',
  rounds: 3,
  open() {
    const [first, ...others] = trials;
    const base = rowsOf(first, undefined);
    return {
      rows: [
        ...base.rows,
        ...others.flatMap((trial) => rowsOf(trial, base.own).rows),
        { what: 'primary dies: longest of 20 promotions', ours: promotion(), reach: { of: 'ours', atMost: boundMs } },
        { what: 'the replicated stage under drawn faults', ours: underFaults() },
      ],
    };
  },
};
