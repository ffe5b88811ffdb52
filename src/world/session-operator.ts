/**
 * Who is logged in: devices that log in and out, and where the site keeps that.
 */
import type { NodeId } from '../kernel/envelope';
import type { NodeStatus } from '../kernel/runtime';
import { cacheKind } from './cache-operator';
import type { Mode, Now } from './operator';
import { ProtectingOperator } from './protecting-operator';

/** Somebody who may hold sessions, and how many. */
export interface SessionHolder {
  readonly node: NodeId;
  /** `memory`: web servers hold what they began; `cache`, `sql`, `kv`: web servers ask a store, and hold nothing; who is down does not say. */
  readonly store: string | undefined;
  /** A cache server counts all that it has. Undefined for who is down, or does not say. */
  readonly held: number | undefined;
}

const webKind = 'web';
const countRows = 'SELECT count(*) FROM sessions';
/** As many as a key-value store lists at once. */
const keysMax = 1_000;

export abstract class SessionOperator<M extends Mode> extends ProtectingOperator<M> {
  /**
   * Who holds how many sessions: every web server, and the store that they share, if they do.
   *
   * @throws Refusal if that store does not answer
   * @example
   * world.sessions(); // [{ node: 'web-1', store: 'memory', held: 3 }, ...]
   */
  sessions(): Now<M, readonly SessionHolder[]> {
    return this.chain(this.census(), ({ nodes }) =>
      this.chain(this.holders(ofKind(nodes, webKind), webHolder), (servers) => {
        const store = servers.find(({ held }) => held !== undefined)?.store;
        return this.chain(this.shared(store, nodes), (others) => this.known([...servers, ...others]));
      }),
    );
  }

  private shared(store: string | undefined, nodes: readonly NodeStatus[]): Now<M, readonly SessionHolder[]> {
    switch (store) {
      case 'cache':
        return this.holders(ofKind(nodes, cacheKind), cacheHolder);
      case 'sql':
        return this.chain(this.sql(countRows), (answer) => {
          const held = answer.outcome === 'done' ? Number(answer.rows[0]?.[0]) : undefined;
          return this.known([{ node: answer.by, store, held }]);
        });
      case 'kv':
        return this.chain(this.kv({ kind: 'kv.scan', prefix: 'session:', limit: keysMax }), (said) =>
          this.known([{ node: said.by, store, held: said.kind === 'kv.items' ? said.items.length : undefined }]),
        );
      default:
        return this.known([]);
    }
  }

  private holders(
    [next, ...others]: readonly NodeId[],
    read: (node: NodeId, view: unknown) => SessionHolder,
    found: readonly SessionHolder[] = [],
  ): Now<M, readonly SessionHolder[]> {
    if (next === undefined) return this.known(found);
    return this.chain(this.view(next), (view) => this.holders(others, read, [...found, read(next, view)]));
  }
}

function ofKind(nodes: readonly NodeStatus[], kind: string): NodeId[] {
  return nodes.filter(({ spec }) => spec.kind === kind).map(({ spec }) => spec.id);
}

function webHolder(node: NodeId, view: unknown): SessionHolder {
  const sessions = partOf(view, 'sessions');
  const [store, held] = [partOf(sessions, 'store'), partOf(sessions, 'held')];
  return {
    node,
    store: typeof store === 'string' ? store : undefined,
    held: typeof held === 'number' ? held : undefined,
  };
}

function cacheHolder(node: NodeId, view: unknown): SessionHolder {
  const held = partOf(view, 'entries');
  return { node, store: 'cache', held: typeof held === 'number' ? held : undefined };
}

function partOf(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? new Map<string, unknown>(Object.entries(of)).get(name) : undefined;
}
