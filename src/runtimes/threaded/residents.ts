/**
 * The nodes of a host as long-lived tasks: they arrive one by one, begin together, and end one by one. Mail that comes
 * for one that is about to begin waits for it, within bounds.
 */
import type { Mail, NodeId } from '../../kernel/envelope';
import type { Topology } from '../../kernel/topology';
import type { NodeExit, NodeTask } from './control';

/** Envelopes that may wait for nodes that have not begun. */
const earlyMax = 10_000;

interface Resident {
  readonly task: NodeTask;
  readonly exit: (exit: NodeExit) => void;
}

export class Residents {
  private readonly there = new Map<NodeId, Resident>();
  /** Listed for this host but not begun. */
  private expected = new Set<NodeId>();
  private early: Mail[] = [];
  private barriers: { readonly nodes: readonly NodeId[]; readonly then: () => void }[] = [];

  /** Notes whom the topology places here; `begun` says who runs already. */
  expect(topology: Topology, here: (box: string) => boolean, begun: (node: NodeId) => boolean): void {
    const nodes = topology.nodes.filter(({ id, box }) => here(box) && !begun(id));
    this.expected = new Set(nodes.map(({ id }) => id));
  }

  /** A node's task has come; its promise ends when the node is retired. */
  arrive(task: NodeTask): Promise<NodeExit> {
    return new Promise((resolve) => {
      this.there.set(task.spec.id, { task, exit: resolve });
      this.check();
    });
  }

  /** Calls back once the tasks of all these nodes are here. */
  whenHere(nodes: readonly NodeId[], then: () => void): void {
    this.barriers.push({ nodes, then });
    this.check();
  }

  task(node: NodeId): NodeTask | undefined {
    return this.there.get(node)?.task;
  }

  /** Somebody is listed who has not begun. */
  get expecting(): boolean {
    return this.expected.size > 0;
  }

  /** Keeps an envelope whose receiver is about to begin; false if nobody is. */
  keep(mail: Mail, to: NodeId): boolean {
    if (!this.expected.has(to) || this.early.length >= earlyMax) return false;
    this.early.push(mail);
    return true;
  }

  /** They have begun: what waited for them may go in. */
  begun(nodes: readonly NodeId[]): readonly Mail[] {
    for (const node of nodes) this.expected.delete(node);
    const early = this.early;
    this.early = [];
    return early;
  }

  leave(node: NodeId): void {
    this.there.get(node)?.exit({ node, why: 'retired' });
    this.there.delete(node);
  }

  private check(): void {
    const here = this.barriers.filter(({ nodes }) => nodes.every((node) => this.there.has(node)));
    this.barriers = this.barriers.filter((barrier) => !here.includes(barrier));
    for (const { then } of here) then();
  }
}
