/**
 * What an actor is. A tier is written once as a function from an inbox to an outbox, with time, chance and disk handed
 * to it; runtimes interpret that function in virtual time or on worker threads.
 */
import { BehaviorSubject, type Observable, type SchedulerLike, skip } from 'rxjs';
import type { Deadlines } from './asks';
import type { Disk } from './disk';
import type { Address, Body, Envelope, NodeId, Outgoing } from './envelope';
import type { LogLevel, Operation } from './events';
import type { Random } from './random';
import { ConfigError, type Message } from './schema';
import type { ServiceTable } from './service';

/** A value that changes while the node runs: what it is now, and the changes to come. */
export interface Live<T> {
  readonly now: T;
  readonly changes: Observable<T>;
}

/** Who is in which pool, as last pushed: `{ web: ['web-1', 'web-2'] }`. A pool nobody is in is absent. */
export type Members = Readonly<Record<string, readonly NodeId[]>>;

/** Everything that a node may touch. */
export interface NodeContext<In extends Body = Body> {
  readonly self: NodeId;
  /** The pool that it is in: its kind, unless the topology says otherwise. */
  readonly pool: string;
  /** Which life this is; the first is 1. */
  readonly incarnation: number;
  /** Hot; each envelope arrives in a turn of its own, after its service time. */
  readonly inbox: Observable<Envelope<In>>;
  /** Monotonic: timers, TTLs, leases. Its rate may drift. Hand it to every RxJS operator that deals in time. */
  readonly clock: SchedulerLike;
  /** What the box believes the time of day is, in milliseconds since 1970; may jump. */
  wallNowMs(): number;
  /** This node's own chance, forked by its id and life. */
  readonly random: Random;
  /** Unguessable on threads, seeded in simulation. */
  readonly secret: Random;
  readonly disk: Disk;
  readonly members: Live<Members>;
  readonly report: Reporter;
  /** A number that no other message of this life has. */
  nextId(): number;
  /** Arms deadlines as turns of this life, cheaper than `clock`; for `Asks`. */
  readonly deadlines: Deadlines;
  /** Notes an answer that nobody waits for any more. */
  unawaited(mail: Envelope): void;
  /** Sends a slow job to an engine outside the actor (password hashing, images); answers in a later turn. */
  work(job: Job): Observable<unknown>;
  /** Keeps a CPU of its box busy for so long from now on: this turn was more work than the kind of its message says. */
  busy(ms: number): void;
}

/** Logs, gauges and what else a node tells of itself; all of it becomes events. */
export interface Reporter {
  log(level: LogLevel, text: string): void;
  gauge(name: string, value: number): void;
  /** A step of a client's operation, for histories. */
  operation(operation: Operation): void;
  /** An automatic act and why it was done. */
  act(act: string, reason: string): void;
  /** This life cannot serve yet, and why: it reads its log, it warms up. A life is ready from its start unless it says so. */
  unready(why: string): void;
  /** It can serve now. */
  ready(): void;
  /** Registers the view of the node's state that `show` prints; plain data, made when asked for. */
  expose(view: () => unknown): void;
}

/** A slow computation by name, so that it can cross to another thread; `JobTable` says what the names mean. */
export interface Job {
  readonly name: string;
  readonly input: unknown;
}

/** What a job does. Both runtimes get the same table. */
export interface JobKind {
  /** Runs outside of turns; on threads in a pool. Must be a pure function of its input. */
  run(input: unknown): unknown;
  /** CPU time that the job is charged in simulation, in milliseconds. */
  serviceMs(input: unknown): number;
}
export type JobTable = Readonly<Record<string, JobKind>>;

/**
 * Subscribing starts the node, unsubscribing kills it, subscribing again restarts it from its disk.
 *
 * Declared through a method so that its parameter is bivariant: a runtime holds behaviours of every `In`, and what makes
 * that sound is not the compiler but the kernel, which checks each body against `Tier.accepts` before the inbox sees it.
 */
export type Behaviour<In extends Body = Body, Out extends Body = Body> = {
  start(node: NodeContext<In>): Observable<Outgoing<Out>>;
}['start'];

/**
 * Somebody that a node sends requests to: a pool of nodes of one kind, or one address. `peers` is a pool that it hears of
 * and talks to, while no request of a user's waits for them: they may be of its own kind, and there may be none. A pool
 * whose name ends in `*` stands for all that begin so, each with an entry of its own in `members`.
 */
export type Upstream =
  | { readonly pool: string; readonly optional?: boolean }
  | { readonly address: Address }
  | { readonly peers: string };

/** As `peers`: the node's own pool, whatever its name is. */
export const ownPool = '.';

/** A kind of node. */
export interface Tier<Config = unknown, In extends Body = Body, Out extends Body = Body> {
  /** `web`; ids of its nodes are `web-1`, `web-2` ... */
  readonly kind: string;
  /** One line for `help` and completion. */
  readonly summary: string;
  /** Where it listens, for addresses such as `10.0.0.3:80`. */
  readonly port: number;
  /** Every default spelled out, with units in the names. */
  readonly defaults: Config;
  /** Fills in defaults; throws a `ConfigError` that names the path of what is wrong. */
  parse(config: unknown): Config;
  /** The messages that it understands, requests and answers; others are answered with an error and counted. */
  readonly accepts: readonly Message[];
  /** Whom it sends requests to, so that a topology can be checked before it starts. */
  upstreams(config: Config): readonly Upstream[];
  /** What its messages cost. */
  service(config: Config): ServiceTable;
  /** Settings with which a disk is founded, so that only a node that begins anew can have others. None by default. */
  readonly fixed?: readonly (keyof Config & string)[];
  behave(config: Live<Config>): Behaviour<In, Out>;
}

/** A tier with a config of which nobody needs to know the type: what runtimes hold. */
export interface ConfiguredTier {
  readonly kind: string;
  readonly port: number;
  readonly accepts: readonly Message[];
  readonly config: unknown;
  readonly upstreams: readonly Upstream[];
  readonly service: ServiceTable;
  /** Throws a `ConfigError` if a node that has this config cannot come to have another one without beginning anew. */
  refuseChange(to: unknown): void;
  /** A behaviour of this config, and the way to change the config under it. */
  behave(): LiveBehaviour;
}

export interface LiveBehaviour {
  readonly behaviour: Behaviour;
  /** Throws a `ConfigError` and changes nothing if the config is refused; returns the service table from now on. */
  apply(config: unknown): ServiceTable;
}

/** A tier as the catalogue holds it. */
export interface AnyTier {
  readonly kind: string;
  readonly summary: string;
  readonly port: number;
  readonly accepts: readonly Message[];
  readonly defaults: unknown;
  /** Checks a config; throws a `ConfigError`. */
  configure(config: unknown): ConfiguredTier;
}

/**
 * Closes a tier over its config type, so that tiers of all types can stand in one catalogue. Throws a `ConfigError` when
 * a part is missing: whoever writes one in JavaScript has no compiler that says so.
 *
 * @example
 * export const catalogue = [tier(cache), tier(web)];
 */
export function tier<Config, In extends Body, Out extends Body>(of: Tier<Config, In, Out>): AnyTier {
  const { kind, summary, port, accepts, defaults } = of;
  for (const part of ['parse', 'upstreams', 'service', 'behave'] as const) {
    if (typeof of[part] !== 'function') throw new ConfigError(`tier ${kind}: its ${part}(...) is missing`);
  }
  const configure = (given: unknown): ConfiguredTier => {
    const config = of.parse(given);
    const refuseChange = (to: unknown): void => refuseFixed(of, config, of.parse(to));
    const behave = (): LiveBehaviour => {
      const live = new BehaviorSubject(config);
      const view: Live<Config> = {
        get now() {
          return live.value;
        },
        changes: live.pipe(skip(1)),
      };
      return {
        behaviour: of.behave(view),
        apply(next) {
          const parsed = of.parse(next);
          refuseFixed(of, config, parsed);
          live.next(parsed);
          return serviceOf(of, parsed);
        },
      };
    };
    const [upstreams, service] = [of.upstreams(config), serviceOf(of, config)];
    return { kind, port, accepts, config, upstreams, service, refuseChange, behave };
  };
  return { kind, summary, port, accepts, defaults, configure };
}

function refuseFixed<Config, In extends Body, Out extends Body>(
  of: Tier<Config, In, Out>,
  before: Config,
  next: Config,
): void {
  const changed = of.fixed?.find((setting) => JSON.stringify(before[setting]) !== JSON.stringify(next[setting]));
  if (changed === undefined) return;
  throw new ConfigError(`config.${changed}: cannot change under a node that has begun; retire it and spawn it anew`);
}

function serviceOf<Config, In extends Body, Out extends Body>(of: Tier<Config, In, Out>, config: Config): ServiceTable {
  const table: ServiceTable | undefined = of.service(config);
  if (table?.otherwise !== undefined) return table;
  throw new ConfigError(`tier ${of.kind}: its service(...) gives no service table; freeService is one`);
}
