/** What everything that a router does for a request needs. */
import type { Live } from '../../kernel/tier';
import type { RouterTurn } from './conversation';
import type { Heat } from './heat';
import type { Ids } from './ids';
import type { Maps } from './maps';
import type { RouterConfig } from './settings';
import type { Shards } from './shards';

export interface Desk {
  readonly turn: RouterTurn;
  readonly live: Live<RouterConfig>;
  readonly maps: Maps;
  readonly ids: Ids;
  readonly shards: Shards;
  readonly heat: Heat;
}

/** Half of it is drawn, so that those who were refused together do not come back together. */
export function backoffMs({ live, turn }: Pick<Desk, 'live' | 'turn'>, attempts: number): number {
  const { backoffMs: first, backoffMaxMs } = live.now;
  return Math.min(backoffMaxMs, first * 2 ** (attempts - 1)) * (0.5 + turn.node.random.next() / 2);
}
