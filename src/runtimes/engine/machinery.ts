/**
 * What both runtimes do alike, above their engines: the topology and its versions, the pools, the faults, the checks
 * that refuse an operation before anything is changed. A runtime adds how an operation reaches the engine that it is for.
 */

import { didYouMean } from '../../algorithms/nearest';
import { type Configure, checkTopology, TopologyError } from '../../kernel/check-topology';
import type { NodeId } from '../../kernel/envelope';
import { done, type Operation, type Outcome, refuse } from '../../kernel/operations';
import type { Catalogue } from '../../kernel/runtime';
import { ConfigError } from '../../kernel/schema';
import type { ConfiguredTier, Members } from '../../kernel/tier';
import {
  type BoxSpec,
  type NodeSpec,
  nothing,
  poolOf,
  pools,
  type Topology,
  withBox,
  withNode,
  withoutNode,
} from '../../kernel/topology';
import { configChange, laidOver } from './config-change';
import { membersOf } from './engine';
import { FaultBook } from './fault-book';

/** What a change of the topology asks of the engines. */
export interface Change {
  readonly topology: Topology;
  readonly tiers: ReadonlyMap<NodeId, ConfiguredTier>;
  readonly spawned: readonly NodeSpec[];
  readonly retired: readonly NodeSpec[];
  /** Who stays, with another config than the topology had for it before. */
  readonly reconfigured: readonly Reconfigured[];
}

export interface Reconfigured {
  readonly node: NodeId;
  /** What is to be laid over the config that it has. */
  readonly config: unknown;
  readonly before: NodeSpec;
}

export class Machinery {
  topology: Topology = nothing;
  tiers: ReadonlyMap<NodeId, ConfiguredTier> = new Map();
  version = 0;
  readonly faults: FaultBook;
  private readonly withdrawn = new Set<NodeId>();
  /** What nodes were told beyond the topology. */
  private readonly settings = new Map<NodeId, unknown>();
  private nodes: ReadonlyMap<NodeId, NodeSpec> = new Map();
  private boxes: ReadonlyMap<string, BoxSpec> = new Map();

  constructor(private readonly catalogue: Catalogue) {
    this.faults = new FaultBook(catalogue.faults);
  }

  readonly configure: Configure = (kind, config) => {
    const tier = this.catalogue.tiers.get(kind);
    if (tier === undefined) {
      const known = [...this.catalogue.tiers.keys()];
      throw new ConfigError(`there is no tier ${kind}${didYouMean(kind, known)}; there are ${known.join(', ')}`);
    }
    return tier.configure(config);
  };

  readonly portOf = (node: NodeSpec): number => this.catalogue.tiers.get(node.kind)?.port ?? 0;

  /** Throws a `TopologyError` for a topology that could not work, or not be reached from here; the tiers of its nodes. */
  check(topology: Topology): ReadonlyMap<NodeId, ConfiguredTier> {
    const tiers = checkTopology(topology, this.configure);
    for (const { id, config } of topology.nodes.filter((node) => this.stays(node))) {
      try {
        this.tiers.get(id)?.refuseChange(config);
      } catch (failure) {
        throw failure instanceof ConfigError ? new TopologyError(`node ${id}: ${failure.message}`) : failure;
      }
    }
    return tiers;
  }

  /** Takes a topology for the next one. Throws a `TopologyError` and changes nothing if it could not work. */
  change(topology: Topology): Change {
    const tiers = this.check(topology);
    const reconfigured = topology.nodes.flatMap((node): Reconfigured[] => {
      const before = this.node(node.id);
      if (before === undefined || !this.stays(node)) return [];
      const config = configChange(before.config, node.config, tiers.get(node.id)?.config);
      return config === undefined ? [] : [{ node: node.id, config, before }];
    });
    const kept = new Set(topology.nodes.filter((node) => this.stays(node)).map(({ id }) => id));
    const spawned = topology.nodes.filter(({ id }) => !kept.has(id));
    const retired = this.topology.nodes.filter(({ id }) => !kept.has(id));
    this.topology = topology;
    this.nodes = new Map(topology.nodes.map((node) => [node.id, node]));
    this.boxes = new Map(topology.boxes.map((box) => [box.id, box]));
    this.tiers = tiers;
    this.version++;
    for (const { id } of retired) this.withdrawn.delete(id);
    for (const { id } of retired) this.settings.delete(id);
    for (const { node, config } of reconfigured) if (this.settings.has(node)) this.configured(node, config);
    return { topology, tiers, spawned, retired, reconfigured };
  }

  /** Whether a node of another topology is the one that runs here, and not one that takes its place. */
  private stays(node: NodeSpec): boolean {
    const before = this.node(node.id);
    return (
      before !== undefined && before.kind === node.kind && poolOf(before) === poolOf(node) && before.box === node.box
    );
  }

  /**
   * How a change went, out of how its nodes took their configs. Whose config is not known to be in force keeps the one
   * that it had: the topology tells what is so, and whoever applies it again asks them again.
   */
  applied({ spawned, retired, reconfigured }: Change, outcomes: readonly Outcome[]): Outcome {
    const text = `${spawned.length} nodes spawned, ${retired.length} retired`;
    if (reconfigured.length === 0) return done(text);
    const problems = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.reason]));
    outcomes.forEach((outcome, index) => {
      const failed = reconfigured[index];
      if (!outcome.ok && failed !== undefined) this.reinstate(failed.before);
    });
    if (problems.length === 0) return done(`${text}, ${reconfigured.length} configured`);
    const most = `${reconfigured.length - problems.length} of ${reconfigured.length} configured`;
    return refuse(`${text}, ${most}: ${problems.join('; ')}; apply the topology again`);
  }

  private reinstate({ id, config }: NodeSpec): void {
    const node = this.node(id);
    if (node === undefined) return;
    const { config: _refused, ...others } = node;
    const before = { ...others, ...(config === undefined ? {} : { config }) };
    // In its place: the order of a topology is part of what a seed decides.
    const nodes = this.topology.nodes.map((one) => (one.id === id ? before : one));
    this.topology = { ...this.topology, nodes };
    this.nodes = new Map(nodes.map((one) => [one.id, one]));
    this.tiers = new Map([...this.tiers, [id, this.configure(node.kind, config)]]);
  }

  /** A node has taken up a config that was laid over the one it had. */
  configured(node: NodeId, config: unknown): void {
    this.settings.set(node, laidOver(this.settings.get(node), config));
  }

  /** The topology with the nodes as they are set now: what somebody goes by who orders one more like them. */
  get asConfigured(): Topology {
    const nodes = this.topology.nodes.map((node) => {
      const more = this.settings.get(node.id);
      return more === undefined ? node : { ...node, config: laidOver(node.config, more) };
    });
    return { ...this.topology, nodes };
  }

  /** The topology without the nodes that were withdrawn: who may be sent new work. */
  get inService(): Topology {
    return { ...this.topology, nodes: this.topology.nodes.filter(({ id }) => !this.withdrawn.has(id)) };
  }

  /** What each node that has upstream pools should now know. */
  memberships(): { readonly node: NodeId; readonly pools: Members }[] {
    const all = pools(this.inService);
    return this.topology.nodes.flatMap((node) => {
      const { id } = node;
      const tier = this.tiers.get(id);
      const uses = tier?.upstreams.some((upstream) => !('address' in upstream)) === true;
      return tier !== undefined && uses ? [{ node: id, pools: membersOf(tier, poolOf(node), all) }] : [];
    });
  }

  /** The topology after an operation of the cloud's; throws a `TopologyError` that says why there can be none. */
  after(operation: Operation): Topology {
    switch (operation.verb) {
      case 'spawn': {
        const base = operation.box === undefined ? this.topology : withBox(this.topology, operation.box);
        if (base.nodes.some(({ id }) => id === operation.node.id)) {
          throw new TopologyError(`${operation.node.id} is there already`);
        }
        return withNode(base, operation.node);
      }
      case 'retire':
        return withoutNode(this.topology, operation.node);
      case 'resize': {
        const box = this.box(operation.box);
        return box === undefined ? this.topology : withBox(this.topology, { ...box, ...operation.size });
      }
      default:
        return this.topology;
    }
  }

  /**
   * Takes a node out of its pools. Throws a `TopologyError` where somebody would be left without: better to hear that
   * now than when it has been drained.
   */
  withdraw(node: NodeId): void {
    checkTopology(withoutNode(this.inService, node), this.configure);
    this.withdrawn.add(node);
    this.version++;
  }

  node(id: NodeId): NodeSpec | undefined {
    return this.nodes.get(id);
  }

  box(id: string): BoxSpec | undefined {
    return this.boxes.get(id);
  }

  /** Why an operation cannot be for anybody here; `undefined` if its target exists. */
  unknown(operation: Operation): Outcome | undefined {
    if (operation.verb === 'spawn' || !('node' in operation)) {
      if (!('box' in operation) || operation.box === undefined || operation.verb === 'spawn') return undefined;
      return this.boxes.has(operation.box) ? undefined : refuse(`there is no box ${operation.box}`);
    }
    return this.node(operation.node) === undefined ? refuse(`there is no node ${operation.node}`) : undefined;
  }
}

/** Runs a change that may be refused; other errors are ours and pass. */
export function refusable(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (failure) {
    if (failure instanceof TopologyError || failure instanceof ConfigError) return refuse(failure.message);
    throw failure;
  }
}
