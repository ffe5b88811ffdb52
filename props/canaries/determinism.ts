/** Nodes that remember what outlives their world, or look outside of it; and a command log with a hole. */
import { faults } from '../../src/faults/catalogue';
import type { Command } from '../../src/kernel/operations';
import { DrivenWorld } from '../../src/testing/driven-world';
import { type DeterminismOptions, determinism } from '../determinism/claim';
import { gossips, gossipTopology } from '../determinism/gossips';
import { type Canary, canary } from './canary';
import { asItIs } from './sabotage';

function canaryOf(
  name: string,
  kind: string,
  number?: Parameters<typeof gossips>[0],
  world?: DeterminismOptions['world'],
): Canary {
  const tiers = new Map(gossips(number).map((tier) => [tier.kind, tier]));
  const catalogue = { tiers, faults, jobs: {} };
  const options = {
    name: 'gossip is repeatable',
    topology: gossipTopology,
    catalogue,
    seed: 1,
    runs: 50,
    endMs: 3_000,
  };
  return canary(name, determinism(world === undefined ? options : { ...options, world }), asItIs, kind);
}

/** What a variable at the top of a module does: it goes on counting in the next world. */
function countsAcrossWorlds(): () => number {
  let count = 0;
  return () => count++;
}

/** Stands for whatever differs from run to run and cannot be put out of reach: what is left of memory, say. */
function looksAtTheProcess(): number {
  return process.memoryUsage().heapUsed % 1_000_003;
}

/** Its log says nothing of pauses, so that its replay knows of none. */
class Forgetful extends DrivenWorld {
  protected override log(command: Command): void {
    if (command.verb !== 'pause') super.log(command);
  }
}

export const determinismCanaries: readonly Canary[] = [
  canaryOf('a node that counts in a variable of its module', 'two runs differ', countsAcrossWorlds()),
  canaryOf('a node that looks at the process it runs in', 'two runs differ', looksAtTheProcess),
  canaryOf('a command log without pauses', 'a replay differs', undefined, (...given) => new Forgetful(...given)),
];
