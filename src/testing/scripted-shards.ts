/**
 * Routers in front of shards that say what a test wants, and of a keeper of maps that has the map that a test gives it.
 */
import type { Body, NodeId } from '../kernel/envelope';
import { machine } from '../kernel/machine';
import type { BoxSpec, NodeSpec } from '../kernel/topology';
import { kvRequests } from '../protocols/kv';
import { placementAsk, placementIds } from '../protocols/placement';
import type { ShardMap } from '../protocols/shard-map';
import { type SqlParameter, sqlExecute, sqlTransaction } from '../protocols/sql';
import { plainTier } from '../runtimes/simulated/trial';
import { creation, tables } from '../sharding/sql/testing-shards';
import { stages } from '../stages';
import { box, node, outside } from '../stages/stage';
import { catalogue } from '../world/product';
import { type Site, simulatedSite } from './simulated-site';

/** What a shard is asked, as far as tests look at it. */
export interface Asked extends Body {
  readonly map?: number;
  readonly freshness?: unknown;
  readonly key?: string;
  readonly after?: string;
  readonly limit?: number;
  readonly statement?: string;
  readonly parameters?: readonly SqlParameter[];
  readonly statements?: readonly { readonly statement: string; readonly parameters: readonly SqlParameter[] }[];
}
/** What one of a shard's nodes says; nothing at all if that is `undefined`. */
export type Say = (asked: Asked, by: NodeId) => Body | undefined;

export interface Shards {
  readonly site: Site;
  /** What the nodes of shards were asked, in order: `shard-2 sql.execute v1`. */
  readonly asked: string[];
  /** How often the map was asked for. */
  readonly maps: { asked: number; newest: ShardMap };
  /** By shard; whoever is not named answers with a row that says its name. */
  readonly says: Map<string, Say>;
}

interface Trial {
  /** Of the routers. */
  readonly config?: object;
  /** Whether a web server asks them. */
  readonly web?: boolean;
  readonly newest?: ShardMap;
}

export const byModulo = (count: number, version = 1): ShardMap => ({
  family: 'sql',
  version,
  tables: [...tables],
  base: {
    method: 'modulo',
    shards: Array.from({ length: count }, (_, place) => `shard-${place}`),
    splits: [],
    isolated: [],
  },
});

/** An answer with rows. */
export function rowsOf(...rows: readonly (readonly (string | number | null)[])[]): Body & { readonly rows: unknown } {
  const columns = rows[0]?.map((_, place) => `c${place}`) ?? [];
  return Object.assign({ kind: 'sql.result' }, { columns, rows, changes: 0, lastId: 0, position: 7 });
}

export function no(because: string, more: object = {}): Body {
  return Object.assign({ kind: 'sql.failure' }, { because, reason: `it is ${because}`, ...more });
}

/** `shard-0` to `shard-3`, one node each, by the remainder of the key; two routers, and a web server that asks them. */
export function shardsWith({ config = {}, web = false, newest = byModulo(4) }: Trial = {}): Shards {
  const asked: string[] = [];
  const says = new Map<string, Say>();
  const maps = { asked: 0, newest };
  const shard = plainTier(
    'db',
    [sqlExecute, sqlTransaction, ...kvRequests],
    machine<Asked, Body, undefined>(
      () => undefined,
      (_none, mail, turn) => {
        const { body } = mail;
        if (body.statement?.includes('sqlite_schema')) {
          return turn.reply(mail, rowsOf(...creation.map((text) => [text])));
        }
        const { pool, self } = turn.node;
        asked.push(`${pool} ${body.kind} v${body.map}`);
        const answer = (says.get(pool) ?? ((): Body => rowsOf([pool])))(body, self);
        if (answer !== undefined) turn.reply(mail, answer);
      },
    ),
  );
  let nextId = 1_000;
  const keeper = plainTier(
    'placement',
    [placementAsk, placementIds],
    machine<Body, Body, undefined>(
      () => undefined,
      (_none, mail, turn) => {
        const { body } = mail;
        if (placementIds.accepts(body)) {
          const block = Object.assign({ kind: 'placement.block' }, { first: nextId, count: body.count });
          nextId += body.count;
          return turn.reply(mail, block);
        }
        maps.asked++;
        turn.reply(mail, Object.assign({ kind: 'placement.maps' }, { maps: [maps.newest] }));
      },
    ),
  );
  const tiers = new Map([...catalogue.tiers, ['db', shard], ['placement', keeper]]);
  const site = simulatedSite({
    stage: { ...stages.separateDatabase, topology: topologyOf(config, web) },
    catalogue: { ...catalogue, tiers },
  });
  site.run('200ms');
  asked.length = 0;
  maps.asked = 0;
  return { site, asked, maps, says };
}

function topologyOf(config: object, web: boolean): { boxes: BoxSpec[]; nodes: NodeSpec[] } {
  const around = web ? outside('203.0.113.10') : { boxes: [], nodes: [] };
  const found: NodeSpec[] = [
    node('router-1', 'router', 'box-router-1', config),
    node('router-2', 'router', 'box-router-2', config),
    node('placement-1', 'placement', 'box-placement-1'),
    ...[0, 1, 2, 3].map((at) => ({ ...node(`db-${at}`, 'db', `box-db-${at}`), pool: `shard-${at}` })),
    ...(web ? [node('web-1', 'web', 'box-web-1', { databases: 'router' })] : []),
  ];
  const boxes = found.map(({ box: id }, at) =>
    box(id, `10.0.0.${10 + at}`, id === 'box-web-1' ? { publicAddress: '203.0.113.10' } : {}),
  );
  return { boxes: [...boxes, ...around.boxes], nodes: [...found, ...around.nodes] };
}
