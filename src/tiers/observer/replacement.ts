/**
 * Data nodes that stay silent are replaced: the observer that decides orders a new one from the cloud, which joins the
 * group by itself. The dead one is not retired, since its disk may hold writes that nobody else has.
 */
import { isExpired } from '../../kernel/asks';
import type { NodeId } from '../../kernel/envelope';
import { splitId } from '../../kernel/topology';
import { cloudAddress } from '../../protocols/cloud';
import type { ObserverConfig, ObserverTurn } from './settings';

/** Probes go out so often, and are answered within that. */
export const probeMs = 1_000;
/** Orders take their time: a machine has to boot. */
const orderMs = 120_000;

export class Replacement {
  private readonly heardAtMs = new Map<NodeId, number>();
  private readonly answeredAtMs = new Map<NodeId, number>();
  private isOrdering = false;
  private isOver = false;

  constructor(
    private readonly turn: ObserverTurn,
    private readonly settings: () => ObserverConfig,
    private readonly dataNodes: () => readonly NodeId[],
  ) {
    this.round();
  }

  /** Somebody else decides now. */
  end(): void {
    this.isOver = true;
  }

  private round(): void {
    const { replaceAfterMs } = this.settings();
    if (this.isOver) return;
    this.turn.after(probeMs, () => this.round());
    for (const node of this.dataNodes()) this.probe(node);
    if (replaceAfterMs > 0) this.replace();
  }

  /** Whether a node has answered since then. */
  hasAnswered(node: NodeId, sinceMs: number): boolean {
    return (this.answeredAtMs.get(node) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
  }

  private probe(node: NodeId): void {
    if (!this.heardAtMs.has(node)) this.heardAtMs.set(node, this.turn.nowMs);
    const askedAtMs = this.turn.nowMs;
    this.turn.ask(node, { kind: 'health.ping' }, probeMs, (answer) => {
      if (isExpired(answer) || answer.body.kind !== 'health.pong') return;
      this.heardAtMs.set(node, this.turn.nowMs);
      // What was asked before may have been on its way for long.
      this.answeredAtMs.set(node, askedAtMs);
    });
  }

  /** One at a time: the next is counted only when the last is there, so that nobody is replaced twice. */
  private replace(): void {
    const { turn, isOrdering } = this;
    const { replaceAfterMs, wanted, databases } = this.settings();
    const nodes = this.dataNodes();
    const silentMs = (node: NodeId): number => turn.nowMs - (this.heardAtMs.get(node) ?? turn.nowMs);
    const dead = nodes.filter((node) => silentMs(node) >= replaceAfterMs);
    const [first] = dead;
    if (first === undefined || isOrdering || nodes.length - dead.length >= wanted || nodes.length >= 2 * wanted) return;
    this.isOrdering = true;
    const why = `${first} has been silent for ${Math.round(silentMs(first) / 1_000)} s`;
    const tier = splitId(first).kind;
    turn.node.report.act(`order a ${tier}`, `${why}, and ${wanted} are wanted`);
    const pool = databases === tier ? {} : { pool: databases };
    turn.ask(cloudAddress, { kind: 'cloud.spawn', tier, ...pool }, orderMs, (answer) => {
      this.isOrdering = false;
      if (isExpired(answer)) return turn.node.report.log('warn', `the cloud did not say whether ${first} is replaced`);
      const { body } = answer;
      if (body.kind === 'cloud.done') turn.node.report.act(`replace ${first} by ${body.node}`, why);
      else if ('reason' in body) turn.node.report.log('warn', `${first} is not replaced: ${body.reason}`);
    });
  }
}
