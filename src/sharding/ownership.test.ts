/**
 * Shards that give slices to each other while somebody writes, conducted by somebody who repeats himself, loses answers,
 * begins anew, gives up, and whose letters arrive late: nothing is lost, nothing is anywhere twice.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Placement, ShardMap } from '../protocols/shard-map';
import type { ShardsDecided, ShardsRefused, ShardsStanding } from '../protocols/shards';
import { type Caution, soundCaution } from './caution';
import { shardsOf } from './change';
import type { Unit } from './contents';
import { begun, reversed, sliceToMove, switched } from './map-steps';
import { newOwnership } from './ownership-state';
import { unitName } from './shard-key';
import { Owners } from './shard-map';
import { slicesOf } from './slices';
import { SmallShard } from './small-shard';

const base: Placement = { method: 'jump', shards: ['s-1', 's-2'], splits: [], isolated: [{ key: 3, to: ['own-1'] }] };
const moves: readonly Placement[] = [
  { ...base, shards: ['s-1', 's-2', 's-3'] },
  { ...base, method: 'modulo', shards: ['s-2', 's-1'] },
  { ...base, isolated: [{ key: 3, to: ['own-1', 'own-2'] }] },
  { ...base, isolated: [{ key: 5, to: ['own-2', 'own-3'] }] },
];
const parts = [undefined, 1, 'a', 4];
const units: readonly Unit[] = Array.from({ length: 12 }, (_, key) => parts.map((part) => ({ key, part }))).flat();
const names = new Map(units.map((unit) => [unit, unitName(unit.key, unit.part)]));
const nameOf = (unit: Unit): string => names.get(unit) ?? '';

class Site {
  map: ShardMap;
  readonly shards = new Map<string, SmallShard>();
  /** Everything that was ever acknowledged. */
  readonly written = new Map<string, string | undefined>();
  private readonly late: { readonly shard: string; readonly command: ShardsDecided }[] = [];
  private writes = 0;
  switches = 0;
  private owners: Owners;
  refusals = 0;
  givenUp = 0;

  constructor(
    next: Placement,
    private readonly draw: (below: number) => number,
    caution: Caution = soundCaution,
  ) {
    this.map = { family: 'sql', version: 1, tables: [], base };
    const rows = units.map((unit) => [unit, `first ${nameOf(unit)}`] as const);
    for (const [unit, text] of rows) this.written.set(nameOf(unit), text);
    for (const name of new Set([...shardsOf(base), ...shardsOf(next)])) {
      this.shards.set(name, SmallShard.founded(newOwnership(name, this.map), rows, caution));
    }
    this.map = begun(this.map, next, slicesOf(base, next, { units: units.length, unitsPerSlice: 5 }));
    this.owners = new Owners(this.map);
  }

  /** Everything until the move is over, unless somebody is so unlucky that it takes too long. */
  run(steps: number): void {
    for (let step = 0; step < steps; step++) {
      const slice = sliceToMove(this.map);
      if (slice === undefined) return;
      this.mishap();
      this.attempt(this.draw(12) === 0);
      this.check();
    }
  }

  /** One attempt at a slice, by a conductor who knows nothing of an earlier one's. */
  private attempt(givesUp: boolean): void {
    const { map } = this;
    const slice = sliceToMove(map);
    if (slice === undefined) return;
    const version = map.version + 1;
    const source = this.tell(slice.from, { kind: 'shards.begin', map, slice });
    const destination = this.tell(slice.to, { kind: 'shards.begin', map, slice });
    if (source === undefined || destination === undefined) return;
    if (source.kind !== 'shards.standing' || destination.kind !== 'shards.standing') return this.giveUp();
    if (givesUp && destination.phase !== 'owned') return this.giveUp();
    if (source.phase !== 'released') {
      if (this.carry(slice.from, slice.to, source, destination) === 'lost') return;
      const released = this.tell(slice.from, { kind: 'shards.release', slice, version });
      if (released === undefined) return;
      if (released.kind !== 'shards.standing') return this.giveUp();
    }
    const { units: count, checksum } = this.shard(slice.from).ownership.standing;
    const owned = this.tell(slice.to, { kind: 'shards.own', slice, version, units: count, checksum });
    if (owned === undefined) return;
    if (owned.kind !== 'shards.standing') return this.giveUp();
    this.map = switched(map);
    this.switches++;
    for (let left = 3; left > 0; left--) {
      if (this.tell(slice.from, { kind: 'shards.clean', slice, version }) !== undefined) break;
    }
  }

  private carry(from: string, to: string, source: ShardsStanding, destination: ShardsStanding): 'done' | 'lost' {
    const slice = sliceToMove(this.map);
    assert.ok(slice !== undefined);
    const version = this.map.version + 1;
    let { cursor, changesCursor: since = '0' } = destination;
    for (let isEnd = false; !isEnd && source.phase === 'copying'; ) {
      const { ownership, at } = this.shard(from);
      const more = cursor === undefined ? {} : { after: cursor };
      const read = ownership.extract({ kind: 'shards.extract', slice, unitsMax: 1 + this.draw(4), ...more }, at);
      assert.ok(read.kind === 'shards.bundles', JSON.stringify(read));
      this.mishap();
      const { bundles, position, next } = read;
      const stage = { kind: 'shards.stage', slice, version, bundles, position, cursor: next } as const;
      if (this.tell(to, stage)?.kind !== 'shards.standing') return 'lost';
      ({ isEnd } = read);
      cursor = next;
    }
    if (this.draw(10) > 0) this.mishap();
    if (this.tell(from, { kind: 'shards.fence', slice, version }) === undefined) return 'lost';
    for (let isEnd = false; !isEnd; ) {
      const { ownership, at } = this.shard(from);
      const read = ownership.changes({ kind: 'shards.changes', slice, since, unitsMax: 1 + this.draw(4) }, at);
      if (read.kind !== 'shards.bundles') return 'lost';
      const { bundles, position, next } = read;
      const stage = { kind: 'shards.stage', slice, version, bundles, position, changesCursor: next } as const;
      if (this.tell(to, stage)?.kind !== 'shards.standing') return 'lost';
      ({ isEnd } = read);
      since = next;
    }
    return 'done';
  }

  /** The destination promises first. If it cannot, there is no way but on. */
  private giveUp(): void {
    const slice = sliceToMove(this.map);
    if (slice === undefined) return;
    const undo = { kind: 'shards.undo', slice, version: this.map.version + 1 } as const;
    for (const shard of [slice.to, slice.from]) {
      let answer: ShardsStanding | ShardsRefused | undefined;
      for (let left = 20; answer === undefined && left > 0; left--) answer = this.tell(shard, undo);
      if (answer?.kind !== 'shards.standing') return;
    }
    const turns = this.draw(4) === 0 && this.map.version < 30;
    this.map = turns ? reversed(this.map) : { ...this.map, version: this.map.version + 1 };
    this.givenUp++;
  }

  private shard(name: string): SmallShard {
    const shard = this.shards.get(name);
    assert.ok(shard !== undefined);
    return shard;
  }

  /** Tells a shard, once or twice, now or later as well; the answer may get lost. */
  private tell(name: string, command: ShardsDecided): ShardsStanding | ShardsRefused | undefined {
    if (this.draw(15) === 0) return undefined;
    if (this.draw(2) === 0) this.late.push({ shard: name, command });
    const answer = this.shard(name).decide(command);
    if (this.draw(8) === 0) assert.deepEqual(this.shard(name).decide(command), answer, 'what is asked twice');
    this.check();
    this.mishap();
    return this.draw(15) === 0 ? undefined : answer;
  }

  /** Somebody writes; a shard is killed and begins anew; a letter arrives late. */
  private mishap(): void {
    for (let left = this.draw(4); left > 0; left--) this.write();
    const names = [...this.shards.keys()];
    if (this.draw(4) === 0) {
      const name = names[this.draw(names.length)] ?? '';
      this.shards.set(name, this.shard(name).reborn());
    }
    const [letter] = this.draw(2) === 0 ? this.late.splice(this.draw(Math.max(1, this.late.length)), 1) : [];
    if (letter !== undefined && this.shard(letter.shard).decide(letter.command).kind === 'shards.refused')
      this.refusals++;
    this.check();
  }

  /** Whoever it is asked of: nobody but the owner takes it. */
  private write(): void {
    const unit = units[this.draw(units.length)];
    assert.ok(unit !== undefined);
    const text = this.draw(5) === 0 ? undefined : `write ${++this.writes}`;
    const taken = [...this.shards.values()].filter((shard) => {
      const judged = shard.change(unit, text);
      return judged === 'owned' || judged === 'noted';
    });
    assert.ok(taken.length <= 1, `${taken.length} shards took a write under ${nameOf(unit)}`);
    if (taken.length === 1) this.written.set(nameOf(unit), text);
  }

  /** What was acknowledged is in exactly one shard's tables, or aside where nobody has it just now, and nothing else is. */
  check(): void {
    for (const unit of units) {
      const name = nameOf(unit);
      const text = this.written.get(name);
      const holders = [...this.shards.values()].flatMap((shard) => shard.read(unit) ?? []);
      const kept = [...this.shards.values()].flatMap(({ ownership, aside }) =>
        ownership.standing.phase === 'released' ? (aside.get(unit)?.contents ?? []) : [],
      );
      if (text === undefined) assert.deepEqual(holders, [], `${name} was deleted`);
      else if (holders.length === 0) assert.deepEqual(kept, [text], `${name} is lost`);
      else assert.deepEqual(holders, [text], `${name} is in several places, or not what was written last`);
    }
    // Whoever goes by a version that the shards still serve misses nothing and gets nothing twice.
    const serving = [...this.shards.values()].filter(({ ownership }) => !ownership.isOld(this.map.version));
    if (serving.length < this.shards.size) return;
    if (this.owners.map !== this.map) this.owners = new Owners(this.map);
    for (const unit of units) {
      const holder = [...this.shards].find(([, shard]) => shard.read(unit) !== undefined)?.[0];
      if (holder !== undefined) assert.equal(this.owners.ownerOf(unit.key, unit.part), holder);
    }
  }
}

function play(draws: readonly number[], next: Placement, caution?: Caution): Site {
  let at = 0;
  const draw = (below: number): number => (draws[at++ % draws.length] ?? 0) % below;
  const site = new Site(next, draw, caution);
  site.check();
  site.run(60);
  return site;
}

const drawn = fc.array(fc.nat({ max: 5_039 }), { minLength: 500, maxLength: 900 });
const drawnMove = fc.constantFrom(...moves);

describe('shards that move', () => {
  test('have every unit once, whatever is asked of them, how often, and how late', () => {
    const seen = { switches: 0, refusals: 0, givenUp: 0, ended: 0 };
    fc.assert(
      fc.property(drawn, drawnMove, (draws, next) => {
        const site = play(draws, next);
        seen.switches += site.switches;
        seen.refusals += site.refusals;
        seen.givenUp += site.givenUp;
        if (sliceToMove(site.map) === undefined) seen.ended++;
      }),
      { seed: 1, numRuns: 30, endOnFailure: true },
    );
    const { switches, refusals, givenUp, ended } = seen;
    assert.ok(switches > 90 && refusals > 30 && givenUp > 20 && ended > 25, JSON.stringify(seen));
  });

  test('go by what was read last, and do not begin again what was given up', () => {
    const next = moves[0] ?? base;
    const site = new Site(next, () => 0);
    const { map } = site;
    const slice = sliceToMove(map);
    assert.ok(slice !== undefined);
    const version = map.version + 1;
    const [source, destination] = [slice.from, slice.to].map((name) => site.shards.get(name));
    assert.ok(source !== undefined && destination !== undefined);
    for (const shard of [source, destination]) shard.decide({ kind: 'shards.begin', map, slice });
    const stage = (key: number, contents: string | undefined, position: number): ShardsDecided => {
      const bundles = [contents === undefined ? { key } : { key, contents }];
      return { kind: 'shards.stage', slice, version, bundles, position, changesCursor: `${position} [${key}]` };
    };
    destination.decide(stage(1, 'new', 9));
    destination.decide(stage(2, undefined, 9));
    const before = destination.ownership.standing;
    destination.decide(stage(1, 'old', 8));
    destination.decide(stage(2, 'old', 8));
    assert.deepEqual(destination.ownership.standing, before);
    assert.deepEqual([before.units, before.changesCursor], [1, '9 [2]']);
    for (const shard of [destination, source]) {
      assert.equal(shard.decide({ kind: 'shards.undo', slice, version }).kind, 'shards.standing');
      assert.equal(shard.decide({ kind: 'shards.begin', map, slice }).kind, 'shards.refused');
      assert.equal(shard.ownership.standing.phase, 'none');
    }
    assert.equal(destination.decide(stage(1, 'late', 10)).kind, 'shards.refused');
    const garbage = source.ownership.extract({ kind: 'shards.extract', slice, after: '?', unitsMax: 1 }, 1);
    assert.equal(garbage.kind, 'shards.refused');
  });

  const broken: Readonly<Record<string, Partial<Caution>>> = {
    'no fence, and no look at what came over': { fences: false, compares: false },
    'nothing kept until the switch': { keeps: false },
    'no versions': { versions: false },
  };
  for (const [what, less] of Object.entries(broken)) {
    test(`are found out with ${what}`, () => {
      const property = fc.property(drawn, drawnMove, (draws, next) => {
        play(draws, next, { ...soundCaution, ...less });
      });
      assert.ok(fc.check(property, { seed: 1, numRuns: 100, endOnFailure: true }).failed);
    });
  }
});
