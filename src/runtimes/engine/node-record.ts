/**
 * What outlives the lives of a node: its spec, its config, its disk, its place in line and its totals.
 */
import { BehaviorSubject, skip } from 'rxjs';
import { Fifo } from '../../algorithms/fifo';
import { kernelAnswers } from '../../kernel/control';
import type { Mail, NodeId } from '../../kernel/envelope';
import type { Random } from '../../kernel/random';
import type { NodeStatus } from '../../kernel/runtime';
import type { Message } from '../../kernel/schema';
import { type ServiceRule, ServiceRules } from '../../kernel/service';
import type { ConfiguredTier, Live, LiveBehaviour, Members } from '../../kernel/tier';
import type { NodeSpec } from '../../kernel/topology';
import type { Box } from './box';
import { Work } from './cpus';
import type { Place } from './directory';
import type { DiskDrive } from './drive';
import type { Former } from './former';
import type { Life } from './life';

/** A node that lives on this engine, whether it is alive or not. */
export class NodeRecord {
  readonly accepted: ReadonlyMap<string, Message>;
  readonly acceptedAnswers: ReadonlyMap<string, Message>;
  rules: ServiceRules;
  /** Where it sends from; the directory knows the same, a look-up later. */
  place: Place | undefined = undefined;
  live: LiveBehaviour | undefined;
  life: Life | undefined;
  state: NodeStatus['state'] = 'dead';
  incarnation = 0;
  sinceUs = 0;
  reason = 'not started yet';
  configVersion = 1;
  config: unknown;
  membersVersion = 0;
  readonly counters = { received: 0, handled: 0, sent: 0, dropped: 0, overflowed: 0, malformed: 0, busyUs: 0 };
  /** Messages in service and waiting. */
  mailbox = 0;
  /** Killed to stay dead: no box and no host starts it again, only an order. */
  staysDead = false;
  /** Restarts in a row, for the back-off. */
  restarts = 0;
  /** Mail and jobs that wait while the life is paused. */
  held: Work[] = [];
  readonly serial = new Fifo<MailWork>();
  serialBusy = false;
  private readonly membersNow: BehaviorSubject<Members>;
  readonly members: Live<Members>;

  constructor(
    public spec: NodeSpec,
    readonly tier: ConfiguredTier,
    readonly box: Box,
    readonly drive: DiskDrive,
    readonly serviceRandom: Random,
    members: Members,
  ) {
    const answers = new Map<string, Message>(kernelAnswers.map((kind) => [kind.kind, kind]));
    this.accepted = new Map(tier.accepts.map((kind) => [kind.kind, kind]));
    this.acceptedAnswers = new Map([...answers, ...this.accepted]);
    this.rules = new ServiceRules(tier.service);
    this.config = spec.config;
    const now = new BehaviorSubject(members);
    this.membersNow = now;
    this.members = {
      get now() {
        return now.value;
      },
      changes: now.pipe(skip(1)),
    };
  }

  /** Goes on where a record on another engine ended. */
  takeUp(former: Former): void {
    this.incarnation = former.incarnation;
    this.config = former.config;
    this.configVersion = former.configVersion;
    this.staysDead = former.staysDead;
  }

  get id(): NodeId {
    return this.spec.id;
  }

  setMembers(version: number, members: Members): void {
    this.membersVersion = version;
    this.membersNow.next(members);
  }

  enter(state: NodeStatus['state'], reason: string, nowUs: number): void {
    this.state = state;
    this.reason = reason;
    this.sinceUs = nowUs;
  }

  status(host: number): NodeStatus {
    const { state, incarnation, sinceUs, reason, configVersion, mailbox } = this;
    // What it was spawned with tells nobody how it runs now.
    const spec = configVersion === 1 ? this.spec : { ...this.spec, config: this.config };
    const unready = this.life?.unreadyBecause;
    return {
      ...{ spec, state, incarnation, sinceUs, reason, configVersion, host, mailbox, counters: { ...this.counters } },
      ...(unready === undefined ? {} : { unready }),
    };
  }
}

/** One message's stay at a box, on behalf of the life that it was delivered to. */
export class MailWork extends Work {
  constructor(
    readonly owner: Serving,
    readonly mail: Mail,
    readonly lane: ServiceRule['lane'],
    /** When it came to the node, however often it has queued since. */
    readonly deliveredUs: number,
  ) {
    super();
  }
}

/** A job's stay at a box. */
export class JobWork extends Work {
  constructor(
    readonly owner: Serving,
    readonly finished: () => void,
  ) {
    super();
  }
}

/** Binds a life to its record, so that work of a dead life is known to be nobody's. */
export interface Serving {
  readonly alive: boolean;
  readonly record: NodeRecord;
  served(work: Work): void;
}
