/**
 * Takes an envelope from a sender, finds out where it goes and whether it may, and hands it over after its time on the
 * way. Refusals say why; silence is left to partitions and dead machines.
 */
import type { TrueClock } from '../../kernel/clock';
import type { Refused } from '../../kernel/control';
import { type Address, type Body, Mail, type NodeId } from '../../kernel/envelope';
import type { EventSink } from '../../kernel/events';
import type { NetworkModel } from '../../kernel/network';
import type { Random } from '../../kernel/random';
import { Callback, Timer } from '../../kernel/timers';
import { Connections } from './connections';
import type { Directory, Place } from './directory';
import { type ActiveRule, Links } from './links';

/** Where the mail of this engine ends up. */
export interface Recipients {
  /** An envelope has arrived at a place that this engine carries. */
  accept(mail: Mail, to: Place): void;
  /** Hands an envelope to the host that carries the place; false if this one does. */
  remote(mail: Mail, to: Place): boolean;
  /** An envelope ended early. */
  drop(mail: Mail, at: NodeId, reason: string): void;
  bytesOf(mail: Mail): number;
}

class Delivery extends Timer {
  constructor(
    private readonly office: PostOffice,
    private readonly mail: Mail,
    private readonly to: Place,
    private readonly sentUs: number,
  ) {
    super();
  }
  override run(): void {
    this.office.landed();
    this.office.arrive(this.mail, this.to, this.sentUs);
  }
}

export class PostOffice {
  private readonly links: Links;
  private readonly connections = new Connections();
  /** An envelope comes from another engine, in nobody's turn: what has no way left may be handed over as it is. */
  private outsideTurns = false;
  /** Deliveries that are scheduled and have not come due. */
  private underWay = 0;

  constructor(
    private readonly clock: TrueClock,
    private readonly directory: Directory,
    private readonly network: NetworkModel,
    private readonly events: EventSink,
    private readonly recipients: Recipients,
    random: Random,
  ) {
    this.links = new Links(
      network,
      random,
      {
        deliver: (mail, to, atUs) => this.deliverAt(mail, to, atUs),
        lose: (mail, reason) => recipients.drop(mail, mail.from, reason),
        reset: (mail, from, to, atUs) => this.reset(mail, from, to, atUs),
      },
      (mail) => recipients.bytesOf(mail),
    );
  }

  setRules(rules: readonly ActiveRule[]): void {
    this.links.setRules(rules, this.clock.nowUs);
  }

  /** A node or a door of this engine says something. */
  send(mail: Mail, from: Place): void {
    if (this.events.full) this.events.emit({ type: 'sent', atUs: this.clock.nowUs, node: mail.from, envelope: mail });
    const to = this.directory.resolve(mail.to);
    if (to === undefined) {
      const reason = this.directory.missing(from.box.zone, mail.to);
      this.recipients.drop(mail, mail.from, reason);
      this.refuse(mail, { kind: 'refused', because: 'no-such-address', reason }, from, from);
      return;
    }
    // An answer goes back on the connection that its question opened, as through any firewall that remembers.
    const barred = mail.re === undefined ? this.directory.barred(from.box.zone, mail.to, to) : undefined;
    if (barred !== undefined) {
      this.recipients.drop(mail, mail.from, barred);
      this.refuse(mail, { kind: 'refused', because: 'private', reason: barred }, to, from);
      return;
    }
    this.connections.note(mail, from, to);
    if (!this.recipients.remote(mail, to)) this.carry(mail, from, to);
  }

  /** An envelope from a node that another engine carries: the receiver judges it. */
  receive(mail: Mail): void {
    const from = this.directory.resolve(mail.from);
    const to = this.directory.resolve(mail.to);
    if (from === undefined || to === undefined) {
      this.recipients.drop(mail, mail.to, `there is no ${from === undefined ? mail.from : mail.to} here any more`);
      return;
    }
    this.outsideTurns = true;
    this.carry(mail, from, to);
    this.outsideTurns = false;
  }

  /** Where the receiver is at home, it is known what was asked. */
  private carry(mail: Mail, from: Place, to: Place): void {
    const barred = this.connections.barred(mail, from, to);
    if (barred === undefined) this.links.send(mail, from, to, this.clock.nowUs);
    else this.recipients.drop(mail, to.node, barred);
  }

  /** A delivery that was scheduled is due. */
  landed(): void {
    this.underWay--;
  }

  arrive(mail: Mail, to: Place, sentUs: number): void {
    const nowUs = this.clock.nowUs;
    const cut = this.links.cutInFlight(mail, to, nowUs, this.directory);
    if (cut !== undefined) {
      this.recipients.drop(mail, to.node, cut);
      return;
    }
    if (mail.budgetMs !== undefined) mail.budgetMs -= (nowUs - sentUs) / 1000;
    if (this.events.full) this.events.emit({ type: 'delivered', atUs: nowUs, node: to.node, envelope: mail });
    this.recipients.accept(mail, to);
  }

  /** Tells who asked that its message got nowhere. Answers and datagrams are never refused: nobody would listen. */
  refuse(mail: Mail, body: Refused, at: Place, asker: Place | undefined): void {
    if (mail.re !== undefined || mail.datagram || asker === undefined) return;
    const answer = this.unsigned(mail.to, mail.from, mail.id, mail.incarnation, body);
    if (this.recipients.remote(answer, asker)) return;
    if (at === asker) this.deliverAt(answer, asker, this.clock.nowUs);
    else this.links.send(answer, at, asker, this.clock.nowUs);
  }

  private deliverAt(mail: Mail, to: Place, atUs: number): void {
    if (this.outsideTurns) {
      this.outsideTurns = false;
      // Whoever is under way was sent before it, and may be on the same link.
      if (this.underWay === 0 && atUs <= this.clock.nowUs) return this.arrive(mail, to, atUs);
    }
    this.underWay++;
    this.clock.schedule(new Delivery(this, mail, to, this.clock.nowUs), atUs);
  }

  /** A stream breaks at that moment: the asker is told, whether its question or the answer to it was lost. */
  private reset(mail: Mail, from: Place, to: Place, atUs: number): void {
    const reason = `connection between ${from.node} and ${to.node} reset: ${this.network.retransmitMax} attempts were lost`;
    const body: Refused = { kind: 'refused', because: 'reset', reason };
    const [asker, answer] =
      mail.re === undefined
        ? [from, this.unsigned(mail.to, mail.from, mail.id, mail.incarnation, body)]
        : [to, this.unsigned(mail.from, mail.to, mail.re, mail.answers ?? 0, body)];
    const broken = new Callback(() => this.recipients.drop(mail, mail.from, reason));
    this.clock.schedule(broken, atUs);
    if (!this.recipients.remote(answer, asker)) this.deliverAt(answer, asker, atUs);
  }

  /** An answer that no life gave: incarnation 0. */
  private unsigned(from: Address, to: Address, re: number, answers: number, body: Body): Mail {
    const mail = new Mail(to, 0, re, answers, undefined, false, body);
    mail.from = from;
    return mail;
  }
}
