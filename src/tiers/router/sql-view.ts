/** What is needed to plan SQL by one version of the map: kept until there is a newer one. */
import type { Owners } from '../../sharding/shard-map';
import type { Planner } from '../../sharding/sql/planner';
import type { Desk } from './desk';
import { SqlSchema } from './schema';
import { Surroundings } from './surroundings';

interface Seen {
  readonly around: Surroundings;
  readonly planner: Planner;
}

export class SqlView {
  private seen: Seen | undefined;
  private readonly schema: SqlSchema;

  constructor(private readonly desk: Desk) {
    this.schema = new SqlSchema(desk);
  }

  /** Everything that SQL needs is known. */
  get isReady(): boolean {
    return this.seen !== undefined;
  }

  /** How the shards look by a map. Nothing before the tables are known: `learn` them then. */
  by(owners: Owners): Seen | undefined {
    const { seen } = this;
    if (seen?.around.owners === owners) return seen;
    const isSame = JSON.stringify(seen?.around.owners.map.tables) === JSON.stringify(owners.map.tables);
    const planner = isSame ? seen?.planner : this.schema.plannerFor(owners.map);
    if (planner === undefined) return undefined;
    this.seen = { around: new Surroundings(owners, this.desk), planner };
    return this.seen;
  }

  /** @param then called once, with why it could not, where it could not. */
  learn(owners: Owners, then: (problem: string | undefined) => void): void {
    this.schema.learn(new Surroundings(owners, this.desk).shards, (problem) => {
      if (problem !== undefined) return then(problem);
      try {
        this.by(owners);
      } catch (failure) {
        return then(failure instanceof Error ? failure.message : String(failure));
      }
      then(undefined);
    });
  }
}
