/**
 * A request on its way to an answer: tried by the newest map that is known here and, where a shard refused it for certain
 * because of the map, once more by a newer one or a little later, so often and so long as it may.
 */
import type { Envelope } from '../../kernel/envelope';
import type { Family } from '../../protocols/shard-map';
import type { Owners } from '../../sharding/shard-map';
import type { RouterOut } from './conversation';
import { backoffMs, type Desk } from './desk';
import type { Again } from './verdicts';

export abstract class Attempts {
  private attempts = 0;

  constructor(
    protected readonly desk: Desk,
    private readonly mail: Envelope,
    private readonly family: Family,
    protected readonly untilMs: number,
    /** Called once, when it has been answered. */
    private readonly over: () => void,
  ) {}

  /** Tries it by a map: ends with `reply`, or with `again`. */
  protected abstract attempt(owners: Owners): void;

  /** What is said when there is no map to go by. */
  protected abstract withoutMap(reason: string): RouterOut;

  begin(): void {
    const owners = this.desk.maps.of(this.family);
    if (owners !== undefined) return this.try(owners);
    this.desk.maps.refresh((silence) => {
      const found = this.desk.maps.of(this.family);
      if (found !== undefined) this.try(found);
      else this.reply(this.withoutMap(silence ?? `there is no map of ${this.family} shards`));
    });
  }

  protected reply(body: RouterOut): void {
    this.desk.turn.reply(this.mail, body);
    this.over();
  }

  /**
   * Tries once more, for what a shard said to a request that was sent by a version of the map.
   *
   * @param giveUp answers with what there is, where it makes no sense to go on.
   */
  protected again(version: number, again: Again, giveUp: () => void): void {
    const { desk } = this;
    if (again === 'no' || this.attempts >= desk.live.now.attemptsMax) return giveUp();
    const newer = this.newer(version);
    if (newer !== undefined) return this.try(newer);
    desk.maps.refresh(() => {
      const found = this.newer(version);
      if (desk.turn.nowMs >= this.untilMs) return giveUp();
      if (found !== undefined) return this.try(found);
      if (again === 'newer-map') return giveUp();
      const waitMs = backoffMs(desk, this.attempts);
      if (desk.turn.nowMs + waitMs >= this.untilMs) return giveUp();
      desk.turn.after(waitMs, () => this.begin());
    });
  }

  private try(owners: Owners): void {
    this.attempts++;
    this.attempt(owners);
  }

  private newer(version: number): Owners | undefined {
    const owners = this.desk.maps.of(this.family);
    return owners !== undefined && owners.map.version > version ? owners : undefined;
  }
}
