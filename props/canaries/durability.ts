/** Databases that say "done" too early or read their log badly, and disks that lie. */
import { decodeStored, encodeStored } from '../../src/consensus/group-member/stored';
import type { Disk } from '../../src/kernel/disk';
import type { Body } from '../../src/kernel/envelope';
import { type AnyTier, type NodeContext, tier } from '../../src/kernel/tier';
import { stages } from '../../src/stages';
import { database } from '../../src/tiers/database';
import { encodeEntry } from '../../src/tiers/database/log';
import type { DatabaseConfig, DatabaseIn, DatabaseOut } from '../../src/tiers/database/settings';
import { catalogue } from '../../src/world/product';
import { durability } from '../site/durability';
import { type Canary, canary, soon } from './canary';
import { asItIs } from './sabotage';

/** The database as it is, on a disk that is bent a little: to the database, its own mistake and the disk's look alike. */
function databaseOn(bend: (disk: Disk) => Disk): AnyTier {
  return tier<DatabaseConfig, DatabaseIn, DatabaseOut>({
    ...database,
    behave: (live) => (node) => database.behave(live)(withDisk(node, bend(node.disk))),
  });
}

function withDisk<In extends Body>(node: NodeContext<In>, disk: Disk): NodeContext<In> {
  return new Proxy(node, {
    get: (target, name) => (name === 'disk' ? disk : Reflect.get(target, name, target)),
  });
}

/** Reads only so many entries of the log, and goes on behind them as if nothing else had been there. */
function readingOnly(disk: Disk, count: (entries: number) => number): Disk {
  const read: Disk['read'] = (done) => {
    disk.read((contents, failure) => {
      const entries = contents.entries.slice(0, count(contents.entries.length));
      disk.truncateFrom(contents.firstIndex + entries.length);
      done({ ...contents, entries }, failure);
    });
  };
  return { ...disk, read };
}

const lost = ['acknowledged write lost', 'acknowledged creation lost', 'seen write lost'];

function canaryOf(name: string, seed: number, bend: (disk: Disk) => Disk, kinds: readonly string[] = lost): Canary {
  const tiers = new Map([...catalogue.tiers, ['db', databaseOn(bend)]]);
  const claim = durability({ stage: stages.loadBalanced, seed: 1, runs: 300, catalogue: { ...catalogue, tiers } });
  return canary(name, soon(claim, seed), asItIs, ...kinds);
}

/** The same place in the log with a transaction that changes nothing. */
function emptied(stored: Uint8Array): Uint8Array {
  const entry = decodeStored(stored);
  if (entry.what !== 'command') return stored;
  return encodeStored({ ...entry, command: encodeEntry({ id: '', commands: [], rowsMax: 1, recovers: undefined }) });
}

export const durabilityCanaries: readonly Canary[] = [
  canaryOf('a database that answers before it has synced', 35, (disk) => ({
    ...disk,
    sync: (done) => {
      disk.sync(() => undefined);
      done(undefined);
    },
  })),
  canaryOf('a disk that forgets every tenth entry of what it has synced', 38, (disk) => {
    let kept = 0;
    return { ...disk, append: (entry) => disk.append(++kept % 10 === 0 ? emptied(entry) : entry) };
  }),
  canaryOf('a replay that stops at the first entry of the log', 1, (disk) =>
    readingOnly(disk, (entries) => Math.min(1, entries)),
  ),
  canaryOf('a replay that leaves out the last entry', 1, (disk) =>
    readingOnly(disk, (entries) => Math.max(0, entries - 1)),
  ),
  canaryOf(
    'a replay that takes a torn entry for a broken log',
    1,
    (disk) => ({
      ...disk,
      read: (done) =>
        disk.read(({ damage, ...rest }, failure) => {
          done({ ...rest, damage: damage === undefined ? undefined : { ...damage, corrupt: true } }, failure);
        }),
    }),
    ['does not come back'],
  ),
  canaryOf(
    'a database that cuts its log before the snapshot is on disk',
    14,
    (disk) => {
      let last = 0;
      let late: (() => void) | undefined;
      return {
        ...disk,
        append: (entry) => {
          last = disk.append(entry);
          return last;
        },
        put: (cell, bytes) => {
          if (cell !== 'snapshot' || last === 0) return disk.put(cell, bytes);
          disk.truncateBefore(last + 1);
          late = () => disk.put(cell, bytes);
        },
        sync: (done) => {
          disk.sync(done);
          late?.();
          late = undefined;
        },
      };
    },
    ['does not come back'],
  ),
  canaryOf('a database that takes a failed sync for a good one', 14, (disk) => ({
    ...disk,
    sync: (done) => disk.sync(() => done(undefined)),
  })),
];
