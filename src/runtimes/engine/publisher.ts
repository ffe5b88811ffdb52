/**
 * Tells nodes who is in the pools that they use. Each change of the topology has a number; a node that did not confirm
 * the newest is told again until it does, since mail gets lost and nodes are down when it comes.
 */
import { configured } from '../../kernel/control';
import type { NodeId } from '../../kernel/envelope';
import type { Door } from '../../kernel/runtime';
import type { Members } from '../../kernel/tier';

const firstRetryMs = 200;
const longestRetryMs = 5_000;

export class Publisher {
  private readonly wanted = new Map<NodeId, { version: number; pools: Members }>();

  constructor(
    private readonly door: Door,
    private readonly after: (delayMs: number, then: () => void) => void,
  ) {}

  publish(node: NodeId, version: number, pools: Members): void {
    this.wanted.set(node, { version, pools });
    this.tell(node, version, firstRetryMs);
  }

  forget(node: NodeId): void {
    this.wanted.delete(node);
  }

  private tell(node: NodeId, version: number, retryMs: number): void {
    const current = this.wanted.get(node);
    if (current?.version !== version) return;
    this.door.ask(node, { kind: 'members', ...current }, retryMs, (answer) => {
      if (answer !== undefined && configured.accepts(answer.body) && answer.body.version >= version) return;
      this.after(retryMs, () => this.tell(node, version, Math.min(retryMs * 2, longestRetryMs)));
    });
  }
}
