/**
 * What befalls a group in a trial: drawn, shown as lines, carried out.
 */
import fc from 'fast-check';
import type { NodeId } from '../../src/kernel/envelope';
import type { Cluster } from './cluster';
import { observer } from './coordinator';
import type { Member } from './member';

/**
 * `who` counts the servers; beyond them it means the leader of the moment, whom accidents hurt most. `short reign`: the
 * next leader crashes so many turns after it was elected.
 */
export type Accident = { readonly afterMs: number; readonly who: number } & (
  | { readonly what: 'crash' | 'restart' | 'isolate' | 'heal' | 'slow disk' | 'swift disk' }
  | { readonly what: 'pause' | 'burst' | 'short reign' }
  | { readonly what: 'add' | 'promote' | 'remove' | 'transfer' }
  | { readonly what: 'depose' | 'copies' | 'force' }
);

const kinds = {
  crash: 5,
  restart: 7,
  isolate: 3,
  heal: 4,
  'slow disk': 2,
  'swift disk': 1,
  pause: 2,
  burst: 2,
  'short reign': 2,
  add: 2,
  promote: 2,
  remove: 1,
  transfer: 1,
  depose: 2,
  copies: 4,
  force: 2,
} as const satisfies Readonly<Record<Accident['what'], number>>;

const all = whatOf(kinds);
/** What befalls a group whose leader is appointed, by people in a hurry or not, and one that elects its leader. */
export const inAHurry = all.filter((what) => what !== 'transfer');
export const underObservers = inAHurry.filter((what) => what !== 'force');
export const amongThemselves = all.filter((what) => what !== 'depose' && what !== 'copies' && what !== 'force');

/** Slower than an election timeout: what waits for it comes too late. */
const slowMs = 120;
/** Long enough for others to be elected. */
const pauseMs = 500;
const burst = 8;
const copies = [2, 1, 'majority', 2, 1, 3] as const;

export interface AccidentOptions {
  readonly min: number;
  readonly max: number;
  readonly gapMaxMs: number;
  /** Which kinds; all of them if not given. */
  readonly only?: readonly Accident['what'][];
}

export function accidents({ min, max, gapMaxMs, only }: AccidentOptions): fc.Arbitrary<readonly Accident[]> {
  const chosen = all.filter((what) => only === undefined || only.includes(what));
  const what = fc.oneof(...chosen.map((kind) => ({ weight: kinds[kind], arbitrary: fc.constant(kind) })));
  const accident = fc.record({ afterMs: fc.nat({ max: gapMaxMs }), who: fc.nat({ max: 12 }), what });
  return fc.array(accident, { minLength: min, maxLength: max, size: 'max' });
}

export function carryOut(cluster: Cluster, { afterMs, who, what }: Accident): void {
  cluster.run(afterMs);
  const member = cluster.members[who] ?? cluster.leader;
  if (member === undefined) return;
  const { leader } = cluster;
  switch (what) {
    case 'crash':
      return member.crash();
    case 'restart':
      for (const dead of cluster.members) dead.start();
      return;
    case 'isolate':
      return cluster.wire.partition([member.id, companionOf(cluster, member)]);
    case 'heal':
      return cluster.wire.mend();
    case 'slow disk':
      member.syncMs = slowMs;
      return;
    case 'swift disk':
      member.syncMs = 1;
      return;
    case 'pause':
      return cluster.pause(member, pauseMs);
    case 'burst':
      for (let i = 0; i < burst; i++) cluster.write();
      return;
    case 'short reign':
      cluster.endReignAfter = who;
      return;
    case 'add':
      leader?.turn((raft, localMs) => raft.changeMembers({ add: member.id, as: 'learner' }, localMs));
      return;
    case 'promote':
      leader?.turn((raft, localMs) => {
        for (const learner of raft.members.learners) raft.changeMembers({ add: learner, as: 'voter' }, localMs);
      });
      return;
    case 'remove':
      leader?.turn((raft, localMs) => raft.changeMembers({ remove: member.id }, localMs));
      return;
    case 'transfer':
      leader?.turn((raft, localMs) => void raft.transfer(member.id, localMs));
      return;
    case 'depose':
      return cluster.coordinator?.campaign();
    case 'force':
      return cluster.coordinator?.campaign(true);
    case 'copies':
      leader?.turn((raft, localMs) => raft.changeMembers({ copies: copies[who % copies.length] ?? 1 }, localMs));
  }
}

export function shown({ afterMs, who, what }: Accident): string {
  return `after ${afterMs} ms: ${what} ${who}`;
}

/** Some are cut off alone, some with another, some with whoever appoints. */
function companionOf({ members, agenda, coordinator }: Cluster, member: Member): NodeId {
  const next = members[(members.indexOf(member) + 1) % members.length] ?? member;
  const companions = coordinator === undefined ? [member.id, next.id] : [member.id, next.id, observer];
  return companions[Math.floor(agenda.nowMs) % companions.length] ?? member.id;
}

function whatOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[];
}
