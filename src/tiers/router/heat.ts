/**
 * What goes through a router: which keys are asked for most, table by table, and what each shard has to do.
 */
import { merged } from '../../algorithms/hot-keys';
import { SpaceSaving } from '../../algorithms/space-saving';
import type { Live } from '../../kernel/tier';
import type { RouterHeat, RouterHotKeys, RouterLoads } from '../../protocols/router';
import type { Family, ShardKey } from '../../protocols/shard-map';
import type { RouterConfig } from './settings';
import { Windows } from './windows';

/** Requests for a shard, and the rows that it sent. */
interface Work {
  requests: number;
  rows: number;
}

/** By family and then by table or shard: no text is put together for a request. */
type ByFamily<T> = Readonly<Record<Family, Map<string, T>>>;

export class Heat {
  private readonly keys: Windows<ByFamily<SpaceSaving<ShardKey>>>;
  private readonly work: Windows<ByFamily<Work>>;
  private readonly ever: ByFamily<number> = { sql: new Map(), kv: new Map(), doc: new Map() };

  constructor(
    private readonly live: Live<RouterConfig>,
    nowMs: number,
  ) {
    const windowMs = (): number => live.now.windowMs;
    this.keys = new Windows(() => ({ sql: new Map(), kv: new Map(), doc: new Map() }), windowMs, nowMs);
    this.work = new Windows(() => ({ sql: new Map(), kv: new Map(), doc: new Map() }), windowMs, nowMs);
  }

  /** A request was about a key. */
  asked(nowMs: number, family: Family, table: string, key: ShardKey): void {
    const tables = this.keys.at(nowMs)[family];
    let sketch = tables.get(table);
    if (sketch === undefined) {
      sketch = new SpaceSaving(this.live.now.hotKeysMax);
      tables.set(table, sketch);
    }
    sketch.add(key);
  }

  /** A shard answered a request with so many rows. */
  answered(nowMs: number, family: Family, shard: string, rows: number): void {
    const ever = this.ever[family];
    ever.set(shard, (ever.get(shard) ?? 0) + 1);
    const shards = this.work.at(nowMs)[family];
    const work = shards.get(shard);
    if (work === undefined) shards.set(shard, { requests: 1, rows });
    else {
      work.requests++;
      work.rows += rows;
    }
  }

  hotKeys(nowMs: number, { family: only }: RouterHotKeys): RouterHeat {
    const { counted, windowMs } = this.keys.all(nowMs);
    const tables = families.flatMap((family) => {
      if (only !== undefined && only !== family) return [];
      const names = [...new Set(counted.flatMap((each) => [...each[family].keys()]))].sort();
      return names.map((table) => {
        const summaries = counted.flatMap((each) => each[family].get(table)?.summary() ?? []);
        const { capacity, total, keys } = merged<ShardKey>(summaries);
        return { family, table, capacity, total, keys: [...keys] };
      });
    });
    return { kind: 'router.heat', windowMs, tables: tables.sort((a, b) => b.total - a.total) };
  }

  loads(nowMs: number, maps: RouterLoads['maps']): RouterLoads {
    const { counted, windowMs } = this.work.all(nowMs);
    const shards = families.flatMap((family) => {
      return [...this.ever[family]].sort(byName).map(([shard, requestsEver]) => {
        const parts = counted.flatMap((each) => each[family].get(shard) ?? []);
        const requests = parts.reduce((sum, part) => sum + part.requests, 0);
        return { family, shard, requests, rows: parts.reduce((sum, part) => sum + part.rows, 0), requestsEver };
      });
    });
    return { kind: 'router.loads', windowMs, maps, shards };
  }
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

const families: readonly Family[] = ['sql', 'kv', 'doc'];
