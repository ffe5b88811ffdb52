/**
 * What is said when a host is killed: which boxes and nodes died with it, and what comes back by itself.
 */
import type { NodeId } from '../../kernel/envelope';
import type { NodeSpec } from '../../kernel/topology';

/** A box of the host, and who lived on it. */
export interface Lost {
  readonly box: string;
  readonly nodes: readonly NodeId[];
}

/** `host 1 was killed: box-1 is down, and with it web-1; it is replaced, and web-1 starts again`. */
export function hostDeath(host: number, lost: readonly Lost[], stay: boolean, specs: readonly NodeSpec[]): string {
  const texts = lost.map(({ box, nodes }) => `${box} is down, and with it ${nodes.join(', ') || 'nothing'}`);
  const died = lost.flatMap(({ nodes }) => nodes);
  const back = specs.filter(({ id, restart }) => died.includes(id) && restart === 'always').map(({ id }) => id);
  const again = back.length === 0 ? '' : `, and ${back.join(', ')} ${back.length === 1 ? 'starts' : 'start'} again`;
  const next = stay ? `it stays down until it is restarted` : `it is replaced${again}`;
  return `host ${host} was killed: ${[...texts, next].join('; ')}`;
}

/** Why a node is dead that died with its host. */
export function hostDeathReason(host: number, stay: boolean): string {
  return `host ${host} was killed${stay ? ', to stay down' : ' and is being replaced'}`;
}
