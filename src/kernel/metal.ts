/**
 * How the cloud reaches the machinery below it: one reserved address, `metal`, that only the provider's own nodes may
 * speak to. Everything else, prompts and automation included, asks the cloud.
 */
import { type BodyOf, message, Type } from './schema';
import type { Topology } from './topology';

/** Do this to the machinery; answered with `metal.outcome` once it is in force. */
export const metalPerform = message('metal.perform', {
  operation: Type.Unsafe<{ readonly verb: string }>(Type.Object({ verb: Type.String() })),
});
export type MetalPerform = BodyOf<typeof metalPerform>;

/** How an operation ended; a refusal changed nothing. */
export const metalOutcome = message('metal.outcome', { ok: Type.Boolean(), text: Type.String() });
export type MetalOutcome = BodyOf<typeof metalOutcome>;

/** What is there? Answered with `metal.topology`. */
export const metalList = message('metal.list', {});
export type MetalList = BodyOf<typeof metalList>;

export const metalTopology = message('metal.topology', {
  topology: Type.Unsafe<Topology>(
    Type.Object({ boxes: Type.Array(Type.Unknown()), nodes: Type.Array(Type.Unknown()) }),
  ),
});
export type MetalTopology = BodyOf<typeof metalTopology>;

export type MetalAnswer = MetalOutcome | MetalTopology;

/** The reserved address. */
export const metalAddress = 'metal';
