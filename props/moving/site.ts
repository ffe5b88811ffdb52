/**
 * Shards, those who keep the maps (as one, since a Raft group decides as one), conductors of whom only the last one
 * decides, a network, and somebody who writes: after every turn it is looked whether a row is missing or doubled.
 */
import { type Random, seeded } from '../../src/kernel/random';
import type { Placement, ShardMap } from '../../src/protocols/shard-map';
import type { Caution } from '../../src/sharding/caution';
import { shardsOf } from '../../src/sharding/change';
import { decide, founded, mapOf, moveOf } from '../../src/sharding/deciding';
import { type Decision, decodeDecision, encodeDecision, type PlacementState } from '../../src/sharding/decisions';
import { expectedShare } from '../../src/sharding/expected-share';
import { MoveHearing } from '../../src/sharding/move-hearing';
import type { Decided, Pace } from '../../src/sharding/move-step';
import { MovePlan } from '../../src/sharding/moving';
import { newOwnership } from '../../src/sharding/ownership-state';
import { Owners } from '../../src/sharding/shard-map';
import { slicesOf } from '../../src/sharding/slices';
import { SmallShard } from '../../src/sharding/small-shard';
import { Violation } from '../../src/testing/claim';
import { Agenda } from '../raft/agenda';
import { Wire, type WireSettings } from '../raft/wire';
import { TrialConductor } from './conductor';
import { TrialShard } from './trial-shard';

export interface SiteSettings {
  readonly seed: number;
  readonly base: Placement;
  readonly next: Placement;
  readonly wire: WireSettings;
  readonly unitsPerSecond: number;
  readonly writeEveryMs: number;
  readonly pace: Pace;
  readonly caution: Caution;
}

const keys = Array.from({ length: 24 }, (_, at) => at * 7);
const family = 'sql';
/** So long a conductor that was deposed goes by what it knew. */
const unawareMs = 150;

export class Site {
  readonly agenda = new Agenda();
  readonly wire: Wire;
  readonly shards: ReadonlyMap<string, TrialShard>;
  readonly names: readonly string[];
  readonly seen = { switches: 0, undone: 0, unfenced: 0, released: 0, turned: 0, deposed: 0, refused: 0 };
  private state: PlacementState;
  private readonly random: Random;
  private readonly plan: MovePlan;
  private readonly hearing: MoveHearing;
  private readonly written = new Map<number, string>();
  private writes = 0;
  private reign = 0;
  private conductor: TrialConductor | undefined;
  private isQuiet = false;

  constructor(private readonly settings: SiteSettings) {
    const { seed, base, next, wire, pace, caution, unitsPerSecond } = settings;
    this.random = seeded(seed);
    this.plan = new MovePlan(pace);
    this.hearing = new MoveHearing(pace);
    this.wire = new Wire(this.agenda, this.random.fork('wire'), wire, () => undefined);
    const map: ShardMap = { family, version: 1, tables: [], base };
    this.names = [...new Set([...shardsOf(base), ...shardsOf(next)])];
    const rows = keys.map((key) => [{ key }, `${key} at first`] as const);
    for (const [{ key }, text] of rows) this.written.set(key, text);
    this.shards = new Map(
      this.names.map((name) => [
        name,
        new TrialShard(name, SmallShard.founded(newOwnership(name, map), rows, caution)),
      ]),
    );
    this.state = founded([map], {});
    this.apply({
      what: 'want',
      family,
      version: 1,
      change: { what: 'add', count: 1 },
      text: '',
      next,
      newShards: [],
      unitsPerSecond,
    });
    const slices = [...slicesOf(base, next, { units: keys.length, unitsPerSlice: 4 })];
    const share = expectedShare(base, next);
    this.apply({ what: 'start', family, number: 1, slices, keysBefore: keys.length, expectedShare: share });
    this.depose(0);
    this.keepWriting();
  }

  run(ms: number): void {
    this.agenda.runUntil(this.agenda.nowMs + ms);
  }

  get isOver(): boolean {
    return moveOf(this.state, family)?.stage !== 'moving';
  }

  get decided(): Decided {
    const [move, map] = [moveOf(this.state, family), mapOf(this.state, family)];
    if (move === undefined || map === undefined)
      throw new Violation('no move', 'it ended before its machines were given back');
    return { move, map };
  }

  /** Somebody else conducts from now on, and knows nothing; whoever did before finds out later, or has died of it. */
  depose(unaware = unawareMs): void {
    const reign = ++this.reign;
    const before = this.conductor;
    if (reign > 1) this.seen.deposed++;
    let known: PlacementState | undefined;
    this.agenda.plan(this.agenda.nowMs + unaware, () => before?.crash());
    this.conductor = new TrialConductor({
      agenda: this.agenda,
      random: this.random,
      plan: this.plan,
      hearing: this.hearing,
      decided: () => {
        if (this.reign === reign) known = this.state;
        const [move, map] = known === undefined ? [] : [moveOf(known, family), mapOf(known, family)];
        return move === undefined || map === undefined ? undefined : { move, map };
      },
      ask: ({ shard, body }, then) => {
        const text = JSON.stringify(body);
        this.wire.carry(`conductor ${reign}`, shard, () => {
          const to = this.shards.get(shard);
          if (to === undefined || this.agenda.nowMs < to.deafUntilMs) return;
          const answer = to.answer(JSON.parse(text));
          if (answer.kind === 'shards.refused') this.seen.refused++;
          if (body.kind === 'shards.unfence') this.seen.unfenced++;
          if (body.kind === 'shards.undo') this.seen.undone++;
          if (body.kind === 'shards.release') this.seen.released++;
          this.check();
          this.wire.carry(shard, `conductor ${reign}`, () => then(answer));
        });
      },
      decide: (decision, then) => {
        this.wire.carry(`conductor ${reign}`, 'keepers', () => {
          if (this.reign === reign) this.apply(decision);
          this.wire.carry('keepers', `conductor ${reign}`, then);
        });
      },
    });
  }

  steer(act: 'pause' | 'resume' | 'abort'): void {
    this.apply({ what: act, family, number: 1 });
  }

  /** No more accidents and no more pause: now it has to come to an end. */
  heal(): void {
    this.wire.heal();
    for (const shard of this.shards.values()) shard.deafUntilMs = 0;
    this.steer('resume');
  }

  hush(): void {
    this.isQuiet = true;
  }

  /** Through the codec, as in a log. */
  private apply(decision: Decision): void {
    const before = this.state;
    this.state = decide(before, decodeDecision(encodeDecision(decision)));
    if (this.state === before) return;
    if (decision.what === 'turn') this.seen.turned++;
    if (decision.what === 'switch') {
      this.seen.switches++;
      this.demandAllInPlace();
    }
  }

  /** At the moment of a switch every shard has what the map says that it has. */
  demandAllInPlace(): void {
    const { map } = this.decided;
    const owners = new Owners(map);
    for (const key of keys) {
      const owner = owners.ownerOf(key);
      if (this.shards.get(owner)?.read(key) !== this.written.get(key)) {
        const text = `by version ${map.version} ${owner} has ${key}, and it has not (${this.whereabouts(key)})`;
        throw new Violation('switched too soon', text);
      }
    }
  }

  private check(): void {
    const { map } = this.decided;
    for (const key of keys) {
      const has = [...this.shards.values()].filter((shard) => shard.read(key) !== undefined);
      const found = has.length > 0 ? has : [...this.shards.values()].filter((shard) => shard.kept(key) !== undefined);
      const [only] = found;
      if (found.length !== 1 || only === undefined) {
        throw new Violation(found.length > 1 ? 'two owners' : 'no owner', `${key}: ${this.whereabouts(key)}`);
      }
      const text = only.read(key) ?? only.kept(key);
      if (text !== this.written.get(key)) {
        throw new Violation('a write is lost', `${key} is '${text}', acknowledged was '${this.written.get(key)}'`);
      }
    }
    this.demandKept(map.version);
  }

  private demandKept(version: number): void {
    for (const { name, attempt, phase } of this.shards.values()) {
      const isOpen = phase === 'owned' && attempt !== undefined && attempt > version;
      const slice = this.decided.map.move?.slices[this.decided.map.move.done];
      if (!isOpen || slice?.to !== name) continue;
      if (this.shards.get(slice.from)?.phase !== 'released') {
        throw new Violation(
          'cleaned too soon',
          `${slice.from} let go of version ${attempt}, and ${version} is decided`,
        );
      }
    }
  }

  private whereabouts(key: number): string {
    const all = [...this.shards.values()].map((shard) => {
      const [has, kept] = [shard.read(key), shard.kept(key)];
      return `${shard.name} ${shard.phase}: ${has ?? (kept === undefined ? 'nothing' : `keeps ${kept}`)}`;
    });
    return all.join(', ');
  }

  private keepWriting(): void {
    const { writeEveryMs } = this.settings;
    this.agenda.plan(this.agenda.nowMs + writeEveryMs * (0.5 + this.random.next()), () => {
      if (!this.isQuiet) this.write();
      this.keepWriting();
    });
  }

  /** Some go by the newest map, some ask anybody: whoever has it not has to refuse. */
  private write(): void {
    const key = keys[this.random.int(keys.length)] ?? 0;
    const owner = new Owners(this.decided.map).ownerOf(key);
    const to = this.random.int(4) === 0 ? this.names[this.random.int(this.names.length)] : owner;
    const text = `${key} by write ${++this.writes}`;
    if (to === undefined || this.shards.get(to)?.write(key, text) !== true) return;
    this.written.set(key, text);
    this.check();
  }
}
