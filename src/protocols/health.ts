/**
 * Are you well? What a balancer asks its servers over and over.
 */
import { type BodyOf, message, Type } from '../kernel/schema';

export const healthPing = message('health.ping', {});
export type HealthPing = BodyOf<typeof healthPing>;

/** `ready` is false while a node starts up or drains. */
export const healthPong = message('health.pong', { ready: Type.Boolean() });
export type HealthPong = BodyOf<typeof healthPong>;
