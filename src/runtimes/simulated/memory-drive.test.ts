/** What a simulated disk keeps, loses and tears. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk, DiskContents, DiskFailure } from '../../kernel/disk';
import { seeded } from '../../kernel/random';
import { type BoxConditions, fairConditions } from '../../kernel/rule';
import { MemoryDrive } from './memory-drive';
import { VirtualClock } from './virtual-clock';

const torn: BoxConditions = { ...fairConditions, tornWrites: true };

class Rig {
  readonly clock = new VirtualClock();
  readonly drive: MemoryDrive;
  disk: Disk;

  constructor(seed = 1) {
    this.drive = new MemoryDrive(this.clock, { syncMs: 1, writeMsPerMb: 0, readMsPerMb: 0 }, seeded(seed));
    this.disk = this.open();
  }

  open(): Disk {
    this.disk = this.drive.open((work) => work());
    return this.disk;
  }

  crash(conditions = fairConditions): void {
    this.drive.crash(conditions);
    this.open();
  }

  write(...bytes: number[]): number[] {
    return bytes.map((byte) => this.disk.append(Uint8Array.of(byte)));
  }

  sync(): DiskFailure | undefined {
    let found: DiskFailure | undefined;
    this.disk.sync((failure) => {
      found = failure;
    });
    this.run();
    return found;
  }

  read(): DiskContents & {
    readonly failure: DiskFailure | undefined;
    readonly bytes: readonly (number | undefined)[];
  } {
    let found: [DiskContents, DiskFailure | undefined] | undefined;
    this.disk.read((...given) => {
      found = given;
    });
    this.run();
    assert.ok(found);
    const [contents, failure] = found;
    return { ...contents, failure, bytes: contents.entries.map((entry) => entry[0]) };
  }

  run(): void {
    this.clock.runTo(this.clock.nowUs + 1_000_000);
  }
}

test('what was synced is there after a crash, what was not is gone', () => {
  const rig = new Rig();
  assert.deepEqual(rig.write(1, 2), [1, 2]);
  rig.disk.put('cell', Uint8Array.of(9));
  assert.equal(rig.sync(), undefined);
  rig.write(3);
  rig.disk.put('cell', Uint8Array.of(10));
  rig.crash();
  const { bytes, cells, firstIndex, damage } = rig.read();
  assert.deepEqual([bytes, cells.get('cell'), firstIndex, damage], [[1, 2], Uint8Array.of(9), 1, undefined]);
  assert.deepEqual(rig.write(4), [3]);
});

test('a crash while a sync is under way: its callback is never called', () => {
  const rig = new Rig();
  rig.write(1);
  let called = false;
  rig.disk.sync(() => {
    called = true;
  });
  rig.crash();
  rig.run();
  assert.equal(called, false);
  assert.deepEqual(rig.read().bytes, []);
});

test('a torn crash keeps a beginning of what was not synced, and cuts the next piece in two', () => {
  const kept = new Set<number>();
  let tears = 0;
  for (let seed = 0; seed < 50; seed++) {
    const rig = new Rig(seed);
    rig.write(1);
    rig.sync();
    rig.write(2, 3);
    rig.crash(torn);
    const { bytes, damage } = rig.read();
    assert.deepEqual(bytes, [1, 2, 3].slice(0, bytes.length));
    if (bytes.length < 3) {
      tears++;
      assert.deepEqual([damage?.index, damage?.corrupt], [bytes.length + 1, false]);
    } else assert.equal(damage, undefined);
    kept.add(bytes.length);
  }
  assert.deepEqual([...kept].sort(), [1, 2, 3]);
  assert.ok(tears > 10);
});

test('a life that writes before it reads finds its place behind a torn tail', () => {
  const rig = new Rig();
  rig.write(1);
  rig.sync();
  for (let tries = 0; tries < 20; tries++) {
    rig.write(9, 9, 9);
    rig.crash(torn);
    const [index] = rig.write(100 + tries);
    rig.sync();
    const { bytes, damage } = rig.read();
    assert.equal(bytes.at(-1), 100 + tries);
    assert.equal(index, bytes.length);
    assert.notEqual(damage?.corrupt, true);
  }
});

test('corruption is told to every life until one writes to the log', () => {
  const rig = new Rig();
  rig.write(1, 2, 3);
  rig.sync();
  rig.drive.corrupt(2);
  for (let life = 0; life < 2; life++) {
    rig.crash();
    const { bytes, damage } = rig.read();
    assert.deepEqual([bytes, damage?.index, damage?.corrupt], [[1], 2, true]);
  }
  rig.disk.put('cell', Uint8Array.of(1));
  rig.sync();
  assert.equal(rig.read().damage?.corrupt, true, 'a cell is not the log');
  assert.deepEqual(rig.write(4), [2]);
  rig.sync();
  rig.crash();
  const { bytes, damage } = rig.read();
  assert.deepEqual([bytes, damage], [[1, 4], undefined]);
});

test('what was read is a copy, and so is what was written', () => {
  const rig = new Rig();
  const [entry, cell] = [Uint8Array.of(1), Uint8Array.of(2)];
  rig.disk.append(entry);
  rig.disk.put('cell', cell);
  entry[0] = cell[0] = 7;
  rig.sync();
  const first = rig.read();
  first.entries[0]?.fill(8);
  first.cells.get('cell')?.fill(8);
  const { bytes, cells } = rig.read();
  assert.deepEqual([bytes, cells.get('cell')], [[1], Uint8Array.of(2)]);
});

test('truncation keeps the indexes of what is left', () => {
  const rig = new Rig();
  rig.write(1, 2, 3, 4);
  rig.disk.truncateFrom(4);
  assert.deepEqual(rig.write(5), [4]);
  rig.disk.truncateBefore(3);
  rig.sync();
  rig.crash();
  const { bytes, firstIndex } = rig.read();
  assert.deepEqual([bytes, firstIndex], [[3, 5], 3]);
  assert.deepEqual(rig.write(6), [5]);
  rig.disk.truncateBefore(100);
  assert.deepEqual(rig.write(7), [100]);
  rig.sync();
  rig.crash();
  assert.deepEqual([rig.read().firstIndex, rig.read().bytes], [100, [7]]);
});

test('a full disk can still be read, and says what it refuses to write', () => {
  const rig = new Rig();
  rig.write(1);
  rig.sync();
  rig.drive.setConditions(fairConditions, 0);
  rig.write(2);
  assert.deepEqual(rig.sync(), { reason: 'disk full: 0 MB' });
  const { bytes, failure } = rig.read();
  assert.deepEqual([bytes, failure], [[1], undefined]);
});

test('a failing disk gives nothing away', () => {
  const rig = new Rig();
  rig.write(1);
  rig.sync();
  rig.drive.setConditions({ ...fairConditions, diskFails: 'it clicks' }, 100);
  assert.deepEqual(rig.sync(), { reason: 'it clicks' });
  const { bytes, failure } = rig.read();
  assert.deepEqual([bytes, failure], [[], { reason: 'it clicks' }]);
  rig.drive.setConditions(fairConditions, 100);
  assert.deepEqual(rig.read().bytes, [1]);
});

test('a disk that was discarded starts from nothing, whatever was under way', () => {
  const rig = new Rig();
  rig.write(1);
  rig.sync();
  rig.write(2);
  rig.disk.sync(() => assert.fail('nobody is there to hear it'));
  rig.drive.discard();
  rig.open();
  assert.deepEqual(rig.write(5), [1]);
  assert.equal(rig.sync(), undefined);
  assert.deepEqual(rig.read().bytes, [5]);
});
