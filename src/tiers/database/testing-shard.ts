/** A shard as its log would feed it, without copies and without time, for tests of what it holds and takes. */
import type { ShardMap } from '../../protocols/shard-map';
import type { ShardsDecided, ShardsRefused, ShardsStanding } from '../../protocols/shards';
import type { SqlParameter, SqlValue } from '../../protocols/sql';
import { sliceToMove } from '../../sharding/map-steps';
import { encodeEntry } from './log';
import { Refusal } from './refusal';
import { defaults } from './settings';
import type { Sharding } from './sharding';
import { DatabaseState } from './state';

export type Statement = readonly [string, ...SqlParameter[]];

export class ShardUnderTest {
  private state: DatabaseState;
  position = 1;

  constructor(
    readonly name: string,
    map: ShardMap,
    private readonly config: { readonly seedUsers: number; readonly seedPosts: number },
  ) {
    this.state = new DatabaseState({ ...defaults, ...config, sharding: { shard: name, map } });
    this.state.install(this.state.founding());
  }

  get sharding(): Sharding {
    const { sharding } = this.state.open;
    if (sharding === undefined) throw new Error(`${this.name} is no shard`);
    return sharding;
  }

  get digest(): string {
    return this.state.digest();
  }

  /** Goes on from its own snapshot, as a copy that was killed. */
  rebirth(): void {
    const bytes = this.state.serialize();
    const next = new DatabaseState({ ...defaults, ...this.config });
    next.install(bytes);
    if (next.digest() !== this.digest) throw new Error(`the snapshot of ${this.name} is not what it was taken of`);
    this.state.close();
    this.state = next;
  }

  /** What it was refused for, or nothing. */
  write(statements: readonly Statement[], map?: number): Refusal | undefined {
    this.position++;
    const commands = statements.map(([statement, ...parameters]) => ({ statement, parameters }));
    const entry = encodeEntry({ id: 'test', commands, rowsMax: 100, recovers: undefined, map });
    const outcome = this.state.apply(entry, this.position);
    return outcome instanceof Refusal ? outcome : undefined;
  }

  /** A write that is taken. */
  done(...statements: readonly Statement[]): void {
    const refusal = this.write(statements);
    if (refusal !== undefined) throw refusal;
  }

  rows(statement: string, ...parameters: SqlValue[]): SqlValue[][] {
    return this.state.open.read({ statement, parameters }).rows;
  }

  decide(command: ShardsDecided): ShardsStanding | ShardsRefused {
    this.position++;
    return this.sharding.apply(command);
  }

  /** A decision that is taken. */
  decided(command: ShardsDecided): ShardsStanding {
    const answer = this.decide(command);
    if (answer.kind !== 'shards.standing') throw new Error(JSON.stringify(answer));
    return answer;
  }
}

/** The next slice of a move, over from one of these shards to another; `during` happens after each step. */
export function carryOver(
  map: ShardMap,
  shards: readonly ShardUnderTest[],
  during: (step: string, version: number) => void = () => undefined,
): void {
  const slice = sliceToMove(map);
  if (slice === undefined) throw new Error('nothing is left to move');
  const version = map.version + 1;
  const [from, to] = [slice.from, slice.to].map((name) => shards.find((shard) => shard.name === name));
  if (from === undefined || to === undefined) throw new Error(`who are ${slice.from} and ${slice.to}?`);
  for (const shard of [from, to]) shard.decided({ kind: 'shards.begin', map, slice });
  during('begin', version);
  for (let after = '', isEnd = false; !isEnd; ) {
    const read = from.sharding.extract({ kind: 'shards.extract', slice, after, unitsMax: 7 }, from.position);
    if (read.kind !== 'shards.bundles') throw new Error(JSON.stringify(read));
    const { bundles, position, next } = read;
    during('extract', version);
    to.decided({ kind: 'shards.stage', slice, version, bundles, position, cursor: next });
    ({ isEnd } = read);
    after = next;
  }
  during('copied', version);
  from.decided({ kind: 'shards.fence', slice, version });
  during('fenced', version);
  for (let since = '0', isEnd = false; !isEnd; ) {
    const read = from.sharding.changes({ kind: 'shards.changes', slice, since, unitsMax: 7 }, from.position);
    if (read.kind !== 'shards.bundles') throw new Error(JSON.stringify(read));
    const { bundles, position, next } = read;
    to.decided({ kind: 'shards.stage', slice, version, bundles, position, changesCursor: next });
    ({ isEnd } = read);
    since = next;
  }
  const { units, checksum } = from.decided({ kind: 'shards.release', slice, version });
  during('released', version);
  to.decided({ kind: 'shards.own', slice, version, units, checksum });
  during('owned', version);
  from.decided({ kind: 'shards.clean', slice, version });
}
