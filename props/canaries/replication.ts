/** Databases, observers, web servers and devices that break one promise each of a replicated site. */

import { Inquiry } from '../../src/consensus/asking/inquiry';
import { Reads } from '../../src/consensus/copies/reads';
import { Tails } from '../../src/consensus/copies/tails';
import { GroupMember } from '../../src/consensus/group-member/group-member';
import { Coordinator } from '../../src/consensus/observers/coordinator';
import { type AnyTier, tier } from '../../src/kernel/tier';
import { Transport } from '../../src/tiers/client/transport';
import { database } from '../../src/tiers/database';
import { decodeEntry, encodeEntry } from '../../src/tiers/database/log';
import type { DatabaseConfig, DatabaseIn, DatabaseOut } from '../../src/tiers/database/settings';
import { DatabaseState } from '../../src/tiers/database/state';
import { Store } from '../../src/tiers/database/store';
import { catalogue } from '../../src/world/product';
import { comeback } from '../replication/comeback';
import { convergence } from '../replication/convergence';
import { histories } from '../replication/histories';
import { lostTail } from '../replication/lost-tail';
import type { Mode } from '../replication/modes';
import { oneWriter } from '../replication/one-writer';
import { readAfterFailover } from '../replication/read-after-failover';
import { type Judge, type ReplicationOptions, replicated } from '../replication/trial';
import { type Canary, canary, soon } from './canary';
import { asItIs, type Sabotage, sabotage, sabotageHidden } from './sabotage';

/** A claim of one judge, about sites with databases of this kind. */
function judged(
  name: string,
  mode: Mode,
  judge: Judge,
  db: AnyTier | undefined,
  more: Partial<ReplicationOptions> = {},
): ReturnType<typeof replicated> {
  const tiers = new Map([...catalogue.tiers, ...(db === undefined ? [] : [['db', db] as const])]);
  return replicated({ name, mode, judges: [judge], seed: 1, runs: 100, catalogue: { ...catalogue, tiers }, ...more });
}

const kept = 'what is acknowledged is kept';
const told = 'what is lost is told';
const one = 'one node writes';
const rows = 'rows and sessions are as promised';
const same = 'copies are equal';

const quietlyAsync = tier<DatabaseConfig, DatabaseIn, DatabaseOut>({
  ...database,
  parse: (given) => ({ ...database.parse(given), mode: 'async' }),
});

/** It goes on as if it had been lent its office for so much longer. */
const overstaysMs = 3_000;
const overstays = sabotage(GroupMember.prototype, 'holdLease', (holdLease) => {
  return function (this: GroupMember, term, untilMs) {
    holdLease.call(this, term, untilMs + overstaysMs);
  };
});

const nobodyIsReplaced = sabotage(Coordinator.prototype, 'renewed', (renewed) => {
  return function (this: Coordinator, ...given) {
    const answer = renewed.call(this, ...given);
    Reflect.set(this, 'leaseUntilMs', Number.POSITIVE_INFINITY);
    return answer;
  };
});

const replicaWrites = sabotage(Store.prototype, 'execute', (execute) => {
  return function (this: Store, ...given) {
    const [mail, commands] = given;
    const state: unknown = Reflect.get(this, 'state');
    const member: unknown = Reflect.get(this, 'member');
    const isServing = typeof member === 'object' && member !== null && Reflect.get(member, 'isServing') === true;
    if (isServing || !(state instanceof DatabaseState) || state.sqlite === undefined || commands.length < 2) {
      return execute.apply(this, given);
    }
    const position = Number(Reflect.get(Object(member), 'position')) + 1;
    state.sqlite.write(commands, position, 100);
    execute.call(this, mail, commands.slice(-1), 'any');
  };
});

const newestAnywhere = sabotage(Store.prototype, 'execute', (execute) => {
  return function (this: Store, mail, commands, freshness = 'newest', recovers) {
    const isRead = mail.body.kind === 'sql.execute';
    execute.call(this, mail, commands, isRead ? 'any' : freshness, recovers);
  };
});

const recoversAgain = sabotage(DatabaseState.prototype, 'apply', (apply) => {
  return function (this: DatabaseState, command, position) {
    return apply.call(this, encodeEntry({ ...decodeEntry(command), recovers: undefined }), position);
  };
});

const waitsForNothing = sabotageHidden(Reads.prototype, 'await', () => (_mail, _position, run) => {
  if (typeof run === 'function') run();
});

const isAlwaysFresh = sabotageHidden(Reads.prototype, 'within', () => (_mail, _withinMs, run) => {
  if (typeof run === 'function') run();
});

const forgetsItsTail = sabotage(Tails.prototype, 'keep', () => () => 0);

const snapshotIsOld = ((): Sabotage => {
  const before = new WeakMap<DatabaseState, Uint8Array>();
  return sabotage(DatabaseState.prototype, 'serialize', (serialize) => {
    return function (this: DatabaseState) {
      const now = serialize.call(this);
      const old = before.get(this) ?? now;
      before.set(this, now);
      return old;
    };
  });
})();

const forgetsWhatItSaw = sabotageHidden(Transport.prototype, 'saw', () => () => undefined);

const patientWithDatabases = sabotageHidden(Inquiry.prototype, 'ask', (ask) => {
  return function (to, leftMs, then) {
    ask.call(this, to, Number(leftMs) * 2, then);
  };
});

const lost = ['acknowledged write lost', 'seen write lost', 'acknowledged creation lost'];

export const replicationCanaries: readonly Canary[] = [
  canary(
    'databases that acknowledge what only one of them has',
    judged(kept, 'semi-sync', readAfterFailover, quietlyAsync),
    asItIs,
    ...lost,
  ),
  canary(
    'a primary that goes on after its lease has run out',
    soon(judged(one, 'async', oneWriter, undefined, { only: { drift: 'within' } }), 1, 35),
    overstays,
    'deposed and acknowledges',
  ),
  canary(
    'a replica that serves writes',
    judged(same, 'quorum', convergence, undefined),
    replicaWrites,
    'copies differ',
  ),
  canary(
    'a copy that tells the newest without asking whether it leads',
    judged(rows, 'quorum', histories, undefined, { only: { reads: 'newest' } }),
    newestAnywhere,
    'not linearizable',
  ),
  canary('a recovery that is done twice', judged(told, 'async', lostTail, undefined), recoversAgain, 'recovered twice'),
  canary(
    'a copy that does not wait for the place that it was asked for',
    judged(kept, 'elected', readAfterFailover, undefined),
    waitsForNothing,
    'not as fresh',
  ),
  canary(
    'a copy that takes itself for fresh',
    soon(judged(kept, 'semi-sync', readAfterFailover, undefined), 5),
    isAlwaysFresh,
    'not as fresh',
  ),
  canary(
    'a copy that keeps no lost writes',
    judged(told, 'async', lostTail, undefined),
    forgetsItsTail,
    'lost silently',
  ),
  canary(
    'a snapshot with the data of the one before it',
    soon(judged(same, 'semi-sync', convergence, undefined), 2),
    snapshotIsOld,
    'copies differ',
  ),
  canary(
    'a device that forgets how new what it saw was',
    judged(rows, 'quorum', histories, undefined, { only: { reads: 'session' } }),
    forgetsWhatItSaw,
    'session broken',
  ),
  canary(
    'observers that never replace a primary',
    comeback({ mode: 'semi-sync', seed: 1, runs: 20 }),
    nobodyIsReplaced,
    'does not come back',
  ),
  canary(
    'web servers that give databases more time than there is',
    comeback({ mode: 'semi-sync', seed: 1, runs: 60 }),
    patientWithDatabases,
    'a request hangs',
  ),
];
