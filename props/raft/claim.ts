/**
 * Claim: whatever crashes, is cut off, comes late or twice, loses what it had not synced, joins or leaves, Raft's promises
 * hold after every turn of every server; and once all is mended, the group goes on within a bound.
 */
import fc from 'fast-check';
import type { Copies } from '../../src/protocols/raft';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import {
  type Accident,
  type AccidentOptions,
  accidents,
  amongThemselves,
  carryOut,
  inAHurry,
  shown,
  underObservers,
} from './accidents';
import { Cluster, electionTimeoutMs, type Setting } from './cluster';

interface Case {
  readonly setting: Setting;
  readonly schedule: readonly Accident[];
}

export interface RaftClaimOptions {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  readonly accidents: AccidentOptions;
  readonly setting?: Partial<Setting>;
  readonly phenomena?: Phenomena;
}

const elected = { succession: 'elected', copies: 'majority', mayLose: 'nothing' } as const;

/** Mended, a group elects a leader in a few timeouts (a vote may be split), and all catch up in a few more. */
const againMs = 12 * electionTimeoutMs;

export function raftClaim({ name, seed, runs, ...options }: RaftClaimOptions): Claim<Case> {
  const setting: fc.Arbitrary<Setting> = fc
    .record({
      seed: fc.nat({ max: 1_000_000 }),
      servers: fc.constantFrom(3, 4, 5),
      founders: fc.constantFrom(3, 3, 4, 5),
      wire: fc.record({
        loss: fc.constantFrom(0, 0.02, 0.1),
        duplication: fc.constantFrom(0, 0.1),
        strays: fc.constantFrom(0, 0.05),
        strayMs: fc.constant(4 * electionTimeoutMs),
      }),
      batchEntriesMax: fc.constantFrom(1, 2, 100),
      compactEvery: fc.constantFrom(5, 20, 1_000),
      keptEntries: fc.constantFrom(0, 3),
      tails: fc.constantFrom<number[][]>([], [], [6, 1], [1, 6], [3, 3]),
    })
    .map((drawn) => ({ ...elected, ...drawn, ...options.setting }));
  return {
    name,
    seed,
    runs,
    draw: fc.record({ setting, schedule: accidents(options.accidents) }),
    attempt: (drawn) => attempt(drawn, options.phenomena ?? new Phenomena()),
    show: (drawn) => ({ lines: [JSON.stringify(drawn.setting), ...drawn.schedule.map(shown)] }),
  };
}

function attempt({ setting, schedule }: Case, phenomena: Phenomena): Finding {
  const cluster = new Cluster(setting);
  const { invariants } = cluster;
  // Where tails were found, it is the first elections that matter.
  if (setting.tails.length === 0) cluster.run(3 * electionTimeoutMs);
  for (const accident of schedule) carryOut(cluster, accident);
  cluster.run(2 * electionTimeoutMs);
  goesOn(cluster);
  phenomena.saw('a failover happened', Math.max(0, invariants.elections - 1));
  phenomena.saw('a log was cut where it differed from its leader', invariants.cuts);
  phenomena.saw('a server was caught up by a snapshot', invariants.installs);
  phenomena.saw('a group changed its members', invariants.changes);
  phenomena.saw('a lost write was told by its content', invariants.losses.dropped);
  phenomena.saw('lost writes were told as a range', invariants.losses.unaccounted);
  phenomena.saw('a replica knew how fresh it is', cluster.readers.fresh);
  phenomena.saw('a leader was appointed at a risk', cluster.coordinator?.risks ?? 0);
  // What servers found on their disks is of former reigns.
  return invariants.elections + setting.tails.length < 2 ? 'one leader for ever' : undefined;
}

function goesOn(cluster: Cluster): void {
  cluster.wire.heal();
  cluster.endReignAfter = undefined;
  for (const member of cluster.members) {
    member.syncMs = 1;
    member.start();
  }
  cluster.run(againMs);
  const { leader } = cluster;
  if (leader?.raft === undefined) throw new Violation('no progress', `nobody leads ${againMs} ms after all was mended`);
  const { lastIndex } = leader.raft;
  cluster.run(againMs);
  const { voters, learners } = leader.raft.members;
  for (const { id, machine } of cluster.members) {
    if (!voters.includes(id) && !learners.includes(id)) continue;
    if (machine.position < lastIndex) {
      throw new Violation('no progress', `${id} has applied ${machine.position} entries of ${lastIndex}`);
    }
  }
}

export const anything: RaftClaimOptions = {
  name: 'Raft is safe and goes on',
  seed: 1,
  runs: 40,
  accidents: { min: 10, max: 30, gapMaxMs: 200, only: amongThemselves },
};
export const raftHolds = raftClaim(anything);

/**
 * Leaders that crash soon after they were elected, one entry to a message, a bad network, and tails that nobody else has:
 * the neighbourhood of figure 8.
 */
export const raftOutlivesShortReigns = raftClaim({
  name: 'Raft is safe however short its reigns are',
  seed: 1,
  runs: 40,
  accidents: { min: 10, max: 25, gapMaxMs: 200, only: ['short reign', 'restart', 'isolate', 'heal', 'burst'] },
  setting: {
    batchEntriesMax: 1,
    servers: 3,
    founders: 3,
    wire: { loss: 0.3, duplication: 0, strays: 0, strayMs: 0 },
    tails: [8, 1],
  },
});

/** A group whose leader is appointed, and needs so many copies: nothing that was acknowledged is lost. */
function appointed(name: string, copies: Copies, rest: Partial<RaftClaimOptions> = {}): RaftClaimOptions {
  const setting = { succession: 'appointed', copies, mayLose: 'nothing', ...rest.setting } as const;
  return {
    name,
    seed: 1,
    runs: 30,
    accidents: { min: 10, max: 30, gapMaxMs: 200, only: underObservers },
    ...rest,
    setting,
  };
}

export const semiSynchronous = appointed('what two copies hold survives every promotion', 2);
export const quorum = appointed('what a quorum holds survives every promotion', 'majority');

/** One copy, and promotions without whoever holds it. */
export const asynchronous = appointed('what one copy held is lost only where that is told', 1, {
  setting: { mayLose: 'single copies', compactEvery: 5 },
});

/** Several copies, and a leader that is forced upon the group now and then, whoever it is. */
export const forced = appointed('what is lost by force is told as well', 2, {
  accidents: { min: 10, max: 30, gapMaxMs: 200, only: inAHurry },
  setting: { mayLose: 'anything', compactEvery: 5 },
});
