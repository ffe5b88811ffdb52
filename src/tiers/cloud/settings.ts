/**
 * What can be set on the cloud, and what it hears and says.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import type { MetalAnswer, MetalList, MetalPerform } from '../../kernel/metal';
import { type Static, Type } from '../../kernel/schema';
import type { CloudDone, CloudFailed, CloudOrder } from '../../protocols/cloud';
import type { HealthPing, HealthPong } from '../../protocols/health';

const size = Type.Object({
  cpus: Type.Integer({ minimum: 1 }),
  memoryMb: Type.Integer({ minimum: 1 }),
  diskMb: Type.Integer({ minimum: 1 }),
});

export const config = Type.Object({
  /** How long a new machine takes to boot. */
  bootMs: Type.Number({ minimum: 0 }),
  /** How long starting a process again takes. */
  restartMs: Type.Number({ minimum: 0 }),
  /** How long changing the size of a machine takes. */
  resizeMs: Type.Number({ minimum: 0 }),
  /** How long a node that is out of service has to finish what it began. */
  drainMs: Type.Number({ minimum: 0 }),
  /** How long the machinery has to carry an order out. */
  metalMs: Type.Number({ exclusiveMinimum: 0 }),
  /** Share of orders that fail for no fault of the customer's, 0 to 1. */
  failureRate: Type.Number({ minimum: 0, maximum: 1 }),
  /** Orders under way at once; the next one fails. */
  ordersMax: Type.Integer({ minimum: 1 }),
  /** The largest machine there is. */
  ceiling: size,
  /** Size of a new machine by tier, and of those that are not listed. */
  sizes: Type.Record(Type.String(), size),
  otherwise: size,
  /** Tiers that stand outside of the site. */
  notRented: Type.Array(Type.String()),
  /** Where public addresses come from, as the first three numbers. */
  publicPrefix: Type.String({ pattern: '^\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}$' }),
});
export type CloudConfig = Static<typeof config>;
export type Size = Static<typeof size>;

export const defaults: CloudConfig = {
  bootMs: 50,
  restartMs: 10,
  resizeMs: 20,
  drainMs: 500,
  metalMs: 5_000,
  failureRate: 0,
  ordersMax: 100,
  ceiling: { cpus: 64, memoryMb: 524_288, diskMb: 16_000_000 },
  sizes: {
    lb: { cpus: 2, memoryMb: 2_048, diskMb: 10_000 },
    web: { cpus: 2, memoryMb: 4_096, diskMb: 20_000 },
    db: { cpus: 2, memoryMb: 8_192, diskMb: 100_000 },
  },
  otherwise: { cpus: 2, memoryMb: 4_096, diskMb: 20_000 },
  notRented: ['client', 'dns', 'cloud'],
  publicPrefix: '203.0.113',
};

export type CloudIn = CloudOrder | MetalAnswer | HealthPing;
export type CloudOut = CloudDone | CloudFailed | MetalList | MetalPerform | HealthPong | ErrorBody;
export type CloudTurn = Turn<CloudIn, CloudOut>;
