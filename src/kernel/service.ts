/**
 * How long a message keeps a CPU busy. The step of a behaviour takes no virtual time by itself: what it would cost on a
 * real machine is stated here, per kind of message, and charged to the box before the step runs.
 */
import { exponential, type Random } from './random';
import { Type } from './schema';

/** Constant milliseconds, or a distribution. */
export type ServiceLaw = number | { readonly law: 'exponential'; readonly meanMs: number };

/** A service law as a setting of a tier. */
export const serviceLaw = Type.Union([
  Type.Number({ minimum: 0 }),
  Type.Object({ law: Type.Literal('exponential'), meanMs: Type.Number({ minimum: 0 }) }),
]);

/** What a node charges its box for each kind of message, and how many messages it lets wait. */
export interface ServiceTable {
  /** Service time of kinds that are not listed. */
  readonly otherwise: ServiceLaw;
  /** Service time by kind of message. */
  readonly byKind?: Readonly<Record<string, ServiceLaw>>;
  /** Kinds that take a lane of their own past the queue, at no cost: control mail, so that an overloaded node obeys. */
  readonly control?: readonly string[];
  /** Kinds that are served one at a time in their order of arrival, however many CPUs there are (log shipping). */
  readonly serial?: readonly string[];
  /** Messages that may be in the node at once, in service and waiting; the next one is refused. */
  readonly mailboxMax: number;
  /** What a full mailbox does with a request: `refuse` tells the sender, `drop` lets it find out by its deadline. */
  readonly overflow: 'refuse' | 'drop';
}

/** Messages cost nothing and up to 10,000 wait. */
export const freeService: ServiceTable = { otherwise: 0, mailboxMax: 10_000, overflow: 'refuse' };

/** How one kind is served, looked up once per message. */
export interface ServiceRule {
  readonly law: ServiceLaw;
  readonly lane: 'cpu' | 'serial' | 'control';
}

/** Compiles a table into a look-up by kind. */
export class ServiceRules {
  private readonly rules = new Map<string, ServiceRule>();
  private readonly fallback: ServiceRule;
  readonly mailboxMax: number;
  readonly refuses: boolean;

  constructor(table: ServiceTable) {
    this.fallback = { law: table.otherwise, lane: 'cpu' };
    this.mailboxMax = table.mailboxMax;
    this.refuses = table.overflow === 'refuse';
    for (const [kind, law] of Object.entries(table.byKind ?? {})) this.rules.set(kind, { law, lane: 'cpu' });
    for (const kind of table.serial ?? []) this.rules.set(kind, { law: this.of(kind).law, lane: 'serial' });
    for (const kind of table.control ?? []) this.rules.set(kind, { law: 0, lane: 'control' });
  }

  of(kind: string): ServiceRule {
    return this.rules.get(kind) ?? this.fallback;
  }
}

/** Draws a service time in whole microseconds. */
export function drawServiceUs(law: ServiceLaw, random: Random): number {
  return Math.round((typeof law === 'number' ? law : exponential(random, law.meanMs)) * 1000);
}
