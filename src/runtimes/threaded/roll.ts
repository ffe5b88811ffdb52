/**
 * What the main thread remembers of every node, so that it can live on when its host has died: its lives, its config as
 * last changed, and since when it has been dead.
 */
import type { NodeId } from '../../kernel/envelope';
import type { NodeStatus } from '../../kernel/runtime';
import type { NodeSpec } from '../../kernel/topology';
import { laidOver } from '../engine/config-change';
import type { Former } from '../engine/former';
import { Pulse } from './pulse';

interface Entry {
  spec: NodeSpec;
  readonly pulse: Pulse;
  config: unknown;
  configVersion: number;
  /** Versions given out, whether they were applied or not: no two changes have the same. */
  issued: number;
  deadSinceUs: number;
  reason: string;
  /** Killed by hand, to stay dead. */
  staysDead: boolean;
  /** It was asked to run once; before that it has no former life. */
  begun: boolean;
}

export class Roll {
  private readonly entries = new Map<NodeId, Entry>();

  add(spec: NodeSpec): Pulse {
    const pulse = new Pulse();
    this.entries.set(spec.id, {
      spec,
      pulse,
      config: spec.config,
      configVersion: 1,
      issued: 1,
      deadSinceUs: 0,
      reason: 'not started yet',
      staysDead: false,
      begun: false,
    });
    return pulse;
  }

  /** What is said of it anew, where it stays: what its box does when it dies. */
  respecify({ id, restart }: NodeSpec): void {
    const entry = this.entries.get(id);
    if (entry !== undefined) entry.spec = { ...entry.spec, restart };
  }

  remove(node: NodeId): void {
    this.entries.delete(node);
  }

  pulse(node: NodeId): Pulse | undefined {
    return this.entries.get(node)?.pulse;
  }

  began(node: NodeId): void {
    const entry = this.entries.get(node);
    if (entry !== undefined) entry.begun = true;
  }

  /** It was killed to stay dead, or restarted by order. */
  stays(node: NodeId, dead: boolean): void {
    const entry = this.entries.get(node);
    if (entry !== undefined) entry.staysDead = dead;
  }

  configured(node: NodeId, config: unknown, version: number): void {
    const entry = this.entries.get(node);
    if (entry === undefined) return;
    entry.config = config;
    entry.configVersion = version;
  }

  /** It is dead with its host: its next life begins with this laid over its config. The version of that. */
  reconfigure(node: NodeId, config: unknown): number {
    const version = this.nextConfigVersion(node);
    this.configured(node, laidOver(this.entries.get(node)?.config, config), version);
    return version;
  }

  nextConfigVersion(node: NodeId): number {
    const entry = this.entries.get(node);
    if (entry === undefined) return 2;
    entry.issued = Math.max(entry.issued, entry.configVersion) + 1;
    return entry.issued;
  }

  /** Its host died; true if it was alive until then. */
  died(node: NodeId, reason: string, nowUs: number): boolean {
    const entry = this.entries.get(node);
    if (entry === undefined) return false;
    const wasAlive = entry.pulse.alive;
    entry.pulse.ended();
    entry.reason = reason;
    entry.deadSinceUs = nowUs;
    return wasAlive;
  }

  /** What a new host has to know of it; `undefined` if it never lived. */
  former(node: NodeId): Former | undefined {
    const entry = this.entries.get(node);
    if (entry === undefined || !entry.begun) return undefined;
    const { spec, pulse, config, configVersion, reason, staysDead } = entry;
    const stays = spec.restart === 'always' && !staysDead ? undefined : reason;
    return { incarnation: pulse.lives, config, configVersion, stays, staysDead };
  }

  /** How it stands with a node whose host cannot be asked. */
  status(node: NodeId, host: number, state: NodeStatus['state']): NodeStatus | undefined {
    const entry = this.entries.get(node);
    if (entry === undefined) return undefined;
    const { spec, pulse, configVersion, reason, deadSinceUs } = entry;
    const counters = { received: 0, handled: 0, sent: 0, dropped: 0, overflowed: 0, malformed: 0, busyUs: 0 };
    const { lives } = pulse;
    return { spec, state, incarnation: lives, sinceUs: deadSinceUs, reason, configVersion, host, mailbox: 0, counters };
  }
}
