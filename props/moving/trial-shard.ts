/**
 * A shard of a trial, as those who ask it see it: its part in the move is the product's own, what it stores lies in memory.
 * Its copies as a whole lose nothing that was decided; a crash makes it deaf for a while and loses its answers.
 */
import type { ShardKey } from '../../src/protocols/shard-map';
import type { ShardsAnswer, ShardsDecided, ShardsRead } from '../../src/protocols/shards';
import type { SmallShard } from '../../src/sharding/small-shard';

export class TrialShard {
  /** Before that it hears nothing. */
  deafUntilMs = 0;
  private small: SmallShard;

  constructor(
    readonly name: string,
    small: SmallShard,
  ) {
    this.small = small;
  }

  get phase(): string {
    return this.small.ownership.standing.phase;
  }

  /** Version of the attempt that is under way here. */
  get attempt(): number | undefined {
    return this.small.ownership.state.current?.version;
  }

  /** Its next life begins with what was decided. */
  crash(untilMs: number): void {
    this.deafUntilMs = untilMs;
    this.small = this.small.reborn();
  }

  answer(body: ShardsDecided | ShardsRead): ShardsAnswer {
    const { ownership, at } = this.small;
    switch (body.kind) {
      case 'shards.extract':
        return ownership.extract(body, at);
      case 'shards.changes':
        return ownership.changes(body, at);
      case 'shards.status':
        return ownership.standing;
      case 'shards.size':
        return { kind: 'shards.sized', units: 0, keys: 0, tables: [], changedAt: 0 };
      default:
        return this.small.decide(body);
    }
  }

  /** Whether it took a write of a text under a key. */
  write(key: ShardKey, text: string): boolean {
    const judged = this.small.change({ key }, text);
    return judged === 'owned' || judged === 'noted';
  }

  /** What can be read under a key here. */
  read(key: ShardKey): string | undefined {
    return this.small.read({ key });
  }

  /** What it keeps of what it has released. */
  kept(key: ShardKey): string | undefined {
    return this.phase === 'released' ? this.small.aside.get({ key })?.contents : undefined;
  }

  get keptCount(): number {
    return this.phase === 'released' ? [...this.small.aside.each()].length : 0;
  }
}
