/** Runs the same in several ways and puts the figures side by side. */
import { comparison } from '../render/comparison';
import { command, type Shown } from '../shell/command';
import { count, duration, oneOf, patience } from '../shell/kinds';
import { option } from '../shell/options';
import { optional } from '../shell/params';
import { runTrial, type TrialResult, trials } from '../shell/replication-trial';

const what = oneOf('comparison', () => ['replication']);

const defaultMs = 3_000;
const defaultApartMs = 20;
const defaultUsers = 10;

export const compare = command({
  name: 'compare',
  group: 'data',
  summary: 'measure each way to replicate on this stage: latency, throughput, and writes at risk, side by side',
  examples: [
    { line: 'compare replication', text: 'async, semi-sync, quorum and raft under the same users' },
    { line: 'compare replication 10s --users 50 --apart 80ms', text: 'longer, more of them, and an ocean between' },
  ],
  params: { what, duration: optional(duration) },
  options: {
    users: option('--users <count>', count, 'how many users write without a pause, by default 10'),
    apart: option('--apart <duration>', patience, 'how far apart the copies are tried as well, by default 20ms'),
  },
  returns: 'unknown',
  run: async ({ duration: ms = defaultMs, users = defaultUsers, apart = defaultApartMs }, shell): Promise<Shown> => {
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
  },
});
