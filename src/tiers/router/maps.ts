/**
 * The shard maps as far as this router knows them. It goes by what it has until a shard says that this is old; then
 * those who keep the maps are asked, once for everybody who waits.
 */
import type { Live } from '../../kernel/tier';
import type { Family, ShardMap } from '../../protocols/shard-map';
import { Owners } from '../../sharding/shard-map';
import type { RouterTurn } from './conversation';
import type { Keepers, Told } from './keepers';
import type { RouterConfig } from './settings';

/** @param silence why nobody told anything, if nobody did. */
type Refreshed = (silence: string | undefined) => void;

/** Wait so long before those who keep the maps are asked again at the start, while nobody needs a map yet. */
const firstMs = 100;

export class Maps {
  private readonly known = new Map<Family, Owners>();
  private waiting: Refreshed[] = [];
  private isAsking = false;
  /** How often it was asked. */
  asked = 0;

  constructor(
    private readonly turn: RouterTurn,
    private readonly live: Live<RouterConfig>,
    private readonly keepers: Keepers,
  ) {}

  /** The newest that is known here. */
  of(family: Family): Owners | undefined {
    return this.known.get(family);
  }

  /** There is one for each store that it routes to. */
  get areComplete(): boolean {
    return familiesOf(this.live.now).every((family) => this.known.has(family));
  }

  /** Asks until there are maps to go by. */
  begin(): void {
    this.turn.node.report.unready('no shard map yet');
    this.first();
  }

  /** Asks for the newest maps. Whoever comes while that is under way gets what it brings. */
  refresh(then: Refreshed): void {
    this.waiting.push(then);
    if (this.isAsking) return;
    this.isAsking = true;
    this.asked++;
    this.keepers.ask({ kind: 'placement.ask' }, (told) => {
      const silence = this.learn(told);
      const { waiting } = this;
      this.waiting = [];
      this.isAsking = false;
      for (const each of waiting) each(silence);
    });
  }

  view(): unknown {
    return Object.fromEntries([...this.known].map(([family, { map }]) => [family, `version ${map.version}`]));
  }

  private first(): void {
    this.refresh((silence) => {
      if (this.areComplete) return this.turn.node.report.ready();
      this.turn.node.report.unready(silence ?? 'there is no shard map yet for all that it routes to');
      this.turn.after(firstMs, () => this.first());
    });
  }

  private learn(told: Told): string | undefined {
    if ('silence' in told) return told.silence;
    if (told.body.kind !== 'placement.maps') return `a keeper of maps answered ${told.body.kind}`;
    for (const map of told.body.maps) this.take(map);
    return undefined;
  }

  private take(map: ShardMap): void {
    const before = this.known.get(map.family)?.map.version ?? 0;
    if (map.version <= before) return;
    try {
      this.known.set(map.family, new Owners(map));
    } catch (failure) {
      // A map that contradicts itself must not kill who only reads it; by the old one nothing wrong is done.
      const reason = failure instanceof Error ? failure.message : String(failure);
      this.turn.node.report.log('error', `version ${map.version} of the ${map.family} map makes no sense: ${reason}`);
      return;
    }
    if (before > 0) this.turn.node.report.log('debug', `goes by version ${map.version} of the ${map.family} map`);
  }
}

export function familiesOf({ families }: RouterConfig): readonly Family[] {
  return (['sql', 'kv', 'doc'] as const).filter((family) => families[family] !== undefined);
}
