/**
 * Lays the settings that protect a site over all nodes that they concern.
 */
import type { NodeId } from '../kernel/envelope';
import { FeedOperator } from './feed-operator';
import type { Mode, Now } from './operator';
import { type KindSettings, type Protection, settingsOf } from './protections';
import { Refusal } from './quantities';

/** One node and what is set on it. */
interface Setting {
  readonly node: NodeId;
  readonly config: KindSettings[string];
}

export abstract class ProtectingOperator<M extends Mode> extends FeedOperator<M> {
  /**
   * Protects the site against more than it can do; `off` takes all of that back. What is set stays until then, and a node
   * that is spawned later has its own settings.
   *
   * @example
   * world.protect('breaker'); // 'web-1, web-2: breaker=0.5'
   */
  protect(protection: Protection): Now<M, string> {
    const wanted = settingsOf(protection);
    const settings = this.topology.nodes.flatMap(({ id, kind }): Setting[] => {
      const config = wanted[kind];
      return config === undefined ? [] : [{ node: id, config }];
    });
    if (settings.length === 0) throw new Refusal(`there is nobody here for ${protection} to protect`);
    return this.chain(this.lay(settings), () => this.known(told(settings)));
  }

  private lay([next, ...others]: readonly Setting[]): Now<M, unknown> {
    if (next === undefined) return this.known(undefined);
    const laid = this.perform({ verb: 'configure', node: next.node, config: next.config });
    return this.chain<string, unknown>(laid, () => this.lay(others));
  }
}

/** `web-1, web-2: breaker=0.5; crowd-1: retryBudget=off` */
function told(settings: readonly Setting[]): string {
  const nodesOf = new Map<string, NodeId[]>();
  for (const { node, config } of settings) {
    const words = Object.entries(config).map(([name, value]) => `${name}=${value}`);
    const text = words.join(' ');
    nodesOf.set(text, [...(nodesOf.get(text) ?? []), node]);
  }
  return [...nodesOf].map(([text, nodes]) => `${nodes.join(', ')}: ${text}`).join('; ');
}
