/**
 * Tierrarium as a library: worlds, their verbs, and what it takes to write a tier of one's own.
 */

export { isExpired } from './kernel/asks';
export { TopologyError } from './kernel/check-topology';
export type { Body, Envelope, Outgoing } from './kernel/envelope';
export type { WorldEvent } from './kernel/events';
export { machine, type Turn } from './kernel/machine';
export { type BodyOf, ConfigError, message, parseConfig, Type } from './kernel/schema';
export { freeService, type ServiceTable } from './kernel/service';
export type { AnyTier, Behaviour, NodeContext, Tier } from './kernel/tier';
export { tier } from './kernel/tier';
export type { BoxSpec, NodeSpec, Topology } from './kernel/topology';
export { stages } from './stages';
export type { Stage } from './stages/stage';
export { type LaunchOptions, launch } from './world/launch';
export type { LiveWorld } from './world/live-world';
export { catalogue, withTiers } from './world/product';
export { Refusal } from './world/quantities';
export { simulate } from './world/simulate';
export { SimulatedWorld } from './world/simulated-world';
export type { FetchOptions, SpawnOptions } from './world/world';
