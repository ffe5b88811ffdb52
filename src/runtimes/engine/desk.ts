/**
 * What happens to an envelope inside the node it arrived at: is it for this life, is it well formed, is there room; then
 * its time on a CPU, then the step.
 */

import type { TrueClock } from '../../kernel/clock';
import { type Configure, configure, type KernelAnswer, type MembersBody, members } from '../../kernel/control';
import { answerTo, type Mail } from '../../kernel/envelope';
import type { EventSink } from '../../kernel/events';
import type { Random } from '../../kernel/random';
import { ConfigError } from '../../kernel/schema';
import { drawServiceUs, ServiceRules } from '../../kernel/service';
import { Callback } from '../../kernel/timers';
import { laidOver } from './config-change';
import type { Work } from './cpus';
import type { Life } from './life';
import { JobWork, MailWork, type NodeRecord, type Serving } from './node-record';

/** Answers that may wait beyond what a full mailbox holds: more of them than anybody asks for are junk. */
const answersMax = 100_000;

/** What the desk asks of the engine. */
export interface Counter {
  readonly clock: TrueClock;
  readonly events: EventSink;
  send(mail: Mail, from: NodeRecord): void;
  drop(mail: Mail, at: string, reason: string): void;
  overflow(mail: Mail, at: NodeRecord, reason: string): void;
  isProvider(id: string): boolean;
}

/** Serves the mail of one life. */
export class Desk implements Serving {
  constructor(
    readonly record: NodeRecord,
    private readonly life: Life,
    private readonly random: Random,
    private readonly engine: Counter,
  ) {}

  get alive(): boolean {
    return this.life.alive;
  }

  /** Admits an envelope, or says why not. */
  admit(mail: Mail): void {
    const { record } = this;
    record.counters.received++;
    // Read once: bodies are of so many shapes that every look into one costs a search.
    const { kind } = mail.body;
    if (mail.re === undefined) {
      const orders = kind === 'configure' || kind === 'members';
      if (orders && this.engine.isProvider(mail.from)) {
        // A turn, because pipelines hear of it, and may speak; a process that is stopped obeys when it goes on.
        return this.life.turn(() => this.obey(mail), { from: mail.from, incarnation: mail.incarnation, id: mail.id });
      }
      if (!this.wellFormed(mail, kind)) return;
      // Requests are turned away first: an answer was asked for, and there is one at most to each question.
      if (record.mailbox >= record.rules.mailboxMax && !this.passes(kind)) {
        record.counters.overflowed++;
        return this.engine.overflow(mail, record, `mailbox full (${record.rules.mailboxMax} messages)`);
      }
    } else {
      if (mail.answers !== this.life.incarnation) return this.drop(mail, 'it answers an earlier life');
      const accepted = record.acceptedAnswers.get(kind);
      if (accepted === undefined || !accepted.accepts(mail.body)) {
        record.counters.malformed++;
        return this.drop(mail, accepted?.problem(mail.body) ?? `${kind} is not an answer it knows`);
      }
      if (record.mailbox >= record.rules.mailboxMax + answersMax) {
        record.counters.overflowed++;
        return this.drop(mail, `mailbox full (${record.mailbox} messages, answers among them)`);
      }
    }
    this.enqueue(mail, kind);
  }

  /** Control mail waits for nobody, so a full mailbox is no hindrance: who has too much to do still says that it lives. */
  private passes(kind: string): boolean {
    return !this.life.paused && this.record.rules.of(kind).lane === 'control';
  }

  /** A CPU has spent the service time of a message or a job: now the step runs. */
  served(work: Work): void {
    const { record } = this;
    record.counters.busyUs += work.serviceUs;
    if (work instanceof MailWork) {
      this.step(work.mail, work.deliveredUs);
      if (work.lane === 'serial') this.nextSerial();
    } else if (work instanceof JobWork) {
      work.finished();
    }
  }

  /** Runs a job's service time through the CPUs of the box. */
  charge(serviceMs: number, finished: () => void): void {
    const work = new JobWork(this, finished);
    work.serviceUs = Math.round(serviceMs * 1000);
    this.submit(work);
  }

  /** A step was more work than was charged for it: that much longer the CPU is not free. */
  overrun(ms: number): void {
    const work = new JobWork(this, () => undefined);
    work.serviceUs = Math.round(ms * 1000);
    this.record.box.cpus.overrun(work);
  }

  /** The process was stopped by a signal: it uses no CPU and its mail waits. */
  pause(): void {
    this.life.pause();
    this.record.held.push(...this.record.box.cpus.evict(this));
  }

  resume(): void {
    this.life.resume();
    const held = this.record.held;
    this.record.held = [];
    for (const work of held) {
      if (work instanceof MailWork && work.lane === 'control') this.later(work);
      else this.record.box.cpus.submit(work);
    }
  }

  private enqueue(mail: Mail, kind: string): void {
    const { record } = this;
    const rule = record.rules.of(kind);
    record.mailbox++;
    const { lane } = rule;
    const serviceUs = lane === 'control' ? 0 : drawServiceUs(rule.law, this.random);
    const { nowUs } = this.engine.clock;
    const atOnce = lane === 'control' || (lane === 'cpu' && serviceUs === 0 && record.box.cpus.idle);
    if (atOnce && !this.life.paused) return this.step(mail, nowUs);
    const work = new MailWork(this, mail, lane, nowUs);
    work.serviceUs = serviceUs;
    if (lane === 'serial') {
      if (record.serialBusy) return record.serial.push(work);
      record.serialBusy = true;
    }
    this.submit(work);
  }

  private submit(work: Work): void {
    if (this.life.paused) this.record.held.push(work);
    else this.record.box.cpus.submit(work);
  }

  /** The step of control mail that came while the process was stopped. */
  private later({ mail, deliveredUs }: MailWork): void {
    const { clock } = this.engine;
    const step = (): void => {
      if (!this.life.alive) return;
      if (this.life.paused) this.record.held.push(new MailWork(this, mail, 'control', deliveredUs));
      else this.step(mail, deliveredUs);
    };
    clock.schedule(new Callback(step), clock.nowUs);
  }

  private nextSerial(): void {
    const { record } = this;
    const next = record.serial.shift();
    if (next === undefined) record.serialBusy = false;
    else record.box.cpus.submit(next);
  }

  private step(mail: Mail, deliveredUs: number): void {
    const { record, engine } = this;
    const nowUs = engine.clock.nowUs;
    record.mailbox--;
    record.counters.handled++;
    if (mail.budgetMs !== undefined) mail.budgetMs -= (nowUs - deliveredUs) / 1000;
    if (engine.events.full) engine.events.emit({ type: 'handled', atUs: nowUs, node: record.id, envelope: mail });
    this.life.handle(mail);
  }

  private wellFormed(mail: Mail, kind: string): boolean {
    const { record } = this;
    const accepted = record.accepted.get(kind);
    if (accepted?.accepts(mail.body) === true) return true;
    record.counters.malformed++;
    const reason =
      accepted === undefined
        ? `${record.id} (${record.spec.kind}) does not understand ${String(kind)}`
        : `malformed ${kind}: ${accepted.problem(mail.body)}`;
    this.drop(mail, reason);
    this.answer(mail, { kind: 'error', reason });
    return false;
  }

  /** Configuration and membership are the kernel's own business: no tier handles them, so none can get them wrong. */
  private obey(mail: Mail): void {
    this.record.counters.handled++;
    if (configure.accepts(mail.body)) this.reconfigure(mail, mail.body);
    else if (members.accepts(mail.body)) this.learn(mail, mail.body);
    else {
      const shape = mail.body.kind === 'configure' ? configure : members;
      this.answer(mail, { kind: 'error', reason: `malformed ${mail.body.kind}: ${shape.problem(mail.body)}` });
    }
  }

  private reconfigure(mail: Mail, { version, config }: Configure): void {
    const { record } = this;
    const refuse = (reason: string): void => {
      this.tell('refused', version, reason);
      this.answer(mail, { kind: 'error', reason });
    };
    if (version <= record.configVersion) {
      return refuse(`config version ${version} is not newer than ${record.configVersion}`);
    }
    const next = laidOver(record.config, config);
    try {
      const table = record.live?.apply(next);
      if (table !== undefined) record.rules = new ServiceRules(table);
    } catch (failure) {
      if (!(failure instanceof ConfigError)) throw failure;
      return refuse(failure.message);
    }
    record.config = next;
    record.configVersion = version;
    this.tell('applied', version, `config ${JSON.stringify(config)}`);
    this.answer(mail, { kind: 'configured', version });
  }

  private learn(mail: Mail, { version, pools }: MembersBody): void {
    const { record } = this;
    if (version > record.membersVersion) {
      record.setMembers(version, pools);
      this.tell('applied', version, `members ${JSON.stringify(pools)}`);
    }
    this.answer(mail, { kind: 'configured', version: record.membersVersion });
  }

  private tell(phase: 'applied' | 'refused', version: number, text: string): void {
    const { clock, events } = this.engine;
    events.emit({ type: 'config', atUs: clock.nowUs, node: this.record.id, phase, version, text });
  }

  private answer(asked: Mail, body: KernelAnswer): void {
    if (asked.re !== undefined) return;
    const mail = answerTo(asked, this.life.nextId(), body);
    mail.from = this.record.id;
    mail.incarnation = this.life.incarnation;
    mail.cause = { from: asked.from, incarnation: asked.incarnation, id: asked.id };
    this.engine.send(mail, this.record);
  }

  private drop(mail: Mail, reason: string): void {
    this.record.counters.dropped++;
    this.engine.drop(mail, this.record.id, reason);
  }
}
