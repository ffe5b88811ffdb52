/**
 * What becomes of an envelope between two nodes: its base latency, and what the faults in force say. A link that no
 * fault touches keeps no state.
 */
import type { Mail } from '../../kernel/envelope';
import { latencyUs, type NetworkModel } from '../../kernel/network';
import type { Random } from '../../kernel/random';
import { type Flight, type LinkRule, touches } from '../../kernel/rule';
import type { Directory, Place } from './directory';

/** A rule in force, with its number, so that its hits can be counted. */
export interface ActiveRule {
  readonly id: number;
  readonly rule: LinkRule;
  hits: number;
}

/** Where an envelope goes after judgement. */
export interface Passage {
  deliver(mail: Mail, to: Place, atUs: number): void;
  lose(mail: Mail, reason: string): void;
  /** The connection broke: whoever waits for an answer is told. */
  reset(mail: Mail, from: Place, to: Place, atUs: number): void;
}

/** What is remembered of a link that a fault touches. */
interface Link {
  readonly key: string;
  readonly rules: readonly ActiveRule[];
  readonly random: Random;
}

/** A flight whose piece may have to be sent again later. */
interface JudgedFlight extends Flight {
  nowUs: number;
}

interface Held {
  readonly mail: Mail;
  readonly from: Place;
  readonly to: Place;
  readonly sinceUs: number;
  readonly by: ActiveRule;
}

const untouched: readonly ActiveRule[] = [];

const heldMax = 100_000;

export class Links {
  private rules: readonly ActiveRule[] = [];
  private links = new Map<string, Link>();
  private readonly chances = new Map<string, Random>();
  private readonly lastAtUs = new Map<string, number>();
  /** Streams that were delayed must not be overtaken until this moment, even after the fault has gone. */
  private orderedUntilUs = 0;
  private held: Held[] = [];
  private cutting = false;

  constructor(
    private readonly model: NetworkModel,
    private readonly random: Random,
    private readonly passage: Passage,
    private readonly bytesOf: (mail: Mail) => number,
  ) {}

  /** Puts a set of rules in force and sends on what a rule held back that is no longer among them. */
  setRules(rules: readonly ActiveRule[], nowUs: number): void {
    this.rules = rules;
    this.links = new Map();
    this.cutting = rules.some(({ rule }) => rule.cuts === true);
    if (nowUs > this.orderedUntilUs) this.lastAtUs.clear();
    const held = this.held;
    this.held = held.filter(({ by }) => rules.includes(by));
    for (const { mail, from, to, sinceUs, by } of held) {
      if (rules.includes(by)) continue;
      if (mail.budgetMs !== undefined) mail.budgetMs -= (nowUs - sinceUs) / 1000;
      this.send(mail, from, to, nowUs);
    }
  }

  send(mail: Mail, from: Place, to: Place, nowUs: number): void {
    const baseUs = latencyUs(from.box, to.box, this.model);
    if (this.rules.length === 0 && nowUs > this.orderedUntilUs) {
      this.passage.deliver(mail, to, nowUs + baseUs);
      return;
    }
    this.judge(mail, from, to, nowUs, baseUs);
  }

  /** Whether a partition that came up since then cuts an envelope that is about to arrive; says why. */
  cutInFlight(mail: Mail, to: Place, nowUs: number, directory: Directory): string | undefined {
    if (!this.cutting) return undefined;
    const from = directory.resolve(mail.from);
    if (from === undefined) return undefined;
    const link = this.link(from.node, to.node);
    const flight = this.flight(mail, from, to, nowUs);
    for (const active of link.rules) {
      if (active.rule.cuts !== true) continue;
      const verdict = active.rule.judge(flight, link.random);
      if (verdict !== undefined && 'cut' in verdict) {
        active.hits++;
        return verdict.cut;
      }
    }
    return undefined;
  }

  private judge(mail: Mail, from: Place, to: Place, nowUs: number, baseUs: number): void {
    const link = this.link(from.node, to.node);
    if (link.rules.length === 0) {
      this.passage.deliver(mail, to, this.inOrder(mail, link, nowUs + baseUs));
      return;
    }
    const flight = this.flight(mail, from, to, nowUs);
    let delayUs = baseUs;
    let copies = 0;
    let spreadUs = 0;
    let attempts = 0;
    for (let i = 0; i < link.rules.length; i++) {
      const active = link.rules[i] as ActiveRule;
      const verdict = active.rule.judge(flight, link.random);
      if (verdict === undefined || (!mail.datagram && ('copies' in verdict || 'scatterUs' in verdict))) continue;
      active.hits++;
      if ('delayUs' in verdict) delayUs += verdict.delayUs;
      else if ('cut' in verdict) return this.passage.lose(mail, verdict.cut);
      else if ('hold' in verdict) return this.hold({ mail, from, to, sinceUs: nowUs, by: active });
      else if ('lose' in verdict) {
        if (mail.datagram) return this.passage.lose(mail, verdict.lose);
        // Until the connection is given up, what was sent after the lost piece waits behind it.
        if (++attempts > this.model.retransmitMax) {
          return this.passage.reset(mail, from, to, this.inOrder(mail, link, nowUs + delayUs));
        }
        const againMs = this.model.retransmitMs * 2 ** (attempts - 1);
        delayUs += againMs * 1000;
        flight.nowUs += againMs * 1000;
        i--; // the piece is sent again, and meets the same rule again
      } else if ('copies' in verdict) {
        copies += verdict.copies;
        spreadUs = Math.max(spreadUs, verdict.spreadUs);
      } else {
        delayUs += Math.round(link.random.next() * verdict.scatterUs);
      }
    }
    this.passage.deliver(mail, to, this.inOrder(mail, link, nowUs + delayUs));
    for (; copies > 0; copies--) {
      this.passage.deliver(mail.copy(), to, nowUs + delayUs + Math.round(link.random.next() * spreadUs));
    }
  }

  /** A stream delivers in order: what was sent later never arrives earlier. */
  private inOrder(mail: Mail, { key, rules }: Link, atUs: number): number {
    if (mail.datagram) return atUs;
    const lastUs = this.lastAtUs.get(key);
    if (lastUs === undefined && rules.length === 0) return atUs;
    const ordered = Math.max(atUs, lastUs ?? 0);
    this.lastAtUs.set(key, ordered);
    if (ordered > this.orderedUntilUs) this.orderedUntilUs = ordered;
    return ordered;
  }

  private hold(held: Held): void {
    if (this.held.length >= heldMax) this.passage.lose(held.mail, `${heldMax} messages are held already`);
    else this.held.push(held);
  }

  private link(from: string, to: string): Link {
    const key = `${from}>${to}`;
    const known = this.links.get(key);
    if (known !== undefined) return known;
    const found = this.rules.filter(({ rule }) => touches(rule, from, to));
    const link: Link =
      found.length === 0
        ? { key, rules: untouched, random: this.random }
        : { key, rules: found, random: this.chance(key) };
    this.links.set(key, link);
    return link;
  }

  private chance(key: string): Random {
    const known = this.chances.get(key);
    if (known !== undefined) return known;
    const random = this.random.fork(key);
    this.chances.set(key, random);
    return random;
  }

  private flight(mail: Mail, from: Place, to: Place, nowUs: number): JudgedFlight {
    const { kind } = mail.body;
    return { from: from.node, to: to.node, kind, datagram: mail.datagram, bytes: () => this.bytesOf(mail), nowUs };
  }
}
