/**
 * Orders to the provider: everything that adds, removes or resizes takes this way, by hand or by automation. It takes
 * time, and it can fail.
 */
import { type BodyOf, message, Type } from '../kernel/schema';

const size = {
  cpus: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_024 })),
  memoryMb: Type.Optional(Type.Integer({ minimum: 1 })),
  diskMb: Type.Optional(Type.Integer({ minimum: 1 })),
};

/**
 * A new node of a tier, in the pool of its kind unless `pool` names another, set as its peers there are (or else any of its
 * kind) unless `config` says otherwise, on a new box unless `box` names one. The new box stands in `region` (by default
 * where the site is) and gets a public address if `public` says so.
 */
export const cloudSpawn = message('cloud.spawn', {
  tier: Type.String(),
  pool: Type.Optional(Type.String()),
  node: Type.Optional(Type.String()),
  box: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
  public: Type.Optional(Type.Boolean()),
  config: Type.Optional(Type.Unknown()),
  restart: Type.Optional(Type.Union([Type.Literal('always'), Type.Literal('never')])),
  ...size,
});
export type CloudSpawn = BodyOf<typeof cloudSpawn>;

/** Take a node out of service, let it finish what it has begun, then end it with its disk. */
export const cloudRetire = message('cloud.retire', { node: Type.String() });
export type CloudRetire = BodyOf<typeof cloudRetire>;

/** Start a dead node now. */
export const cloudRestart = message('cloud.restart', { node: Type.String() });
export type CloudRestart = BodyOf<typeof cloudRestart>;

/** Change the size of the box that a node runs on. */
export const cloudResize = message('cloud.resize', { node: Type.String(), ...size });
export type CloudResize = BodyOf<typeof cloudResize>;

export type CloudOrder = CloudSpawn | CloudRetire | CloudRestart | CloudResize;

/** The order is carried out. */
export const cloudDone = message('cloud.done', { text: Type.String(), node: Type.String() });
export type CloudDone = BodyOf<typeof cloudDone>;

/** The order was not carried out, and why. */
export const cloudFailed = message('cloud.failed', { reason: Type.String() });
export type CloudFailed = BodyOf<typeof cloudFailed>;

/** The reserved name of the provider's control plane. */
export const cloudAddress = 'cloud';
