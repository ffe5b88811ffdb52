/**
 * Births and deaths on one engine: how a life is set up in its surroundings, how it ends, and when the next one begins.
 */
import type { NodeId } from '../../kernel/envelope';
import type { LifePhase } from '../../kernel/events';
import { done, type Operation, type Outcome, refuse } from '../../kernel/operations';
import { ConfigError } from '../../kernel/schema';
import { ServiceRules } from '../../kernel/service';
import { Callback } from '../../kernel/timers';
import { poolOf } from '../../kernel/topology';
import { laidOver } from './config-change';
import { type Counter, Desk } from './desk';
import type { EngineParts } from './engine-parts';
import type { Inventory } from './inventory';
import { Life } from './life';
import type { NodeRecord } from './node-record';
import { restartDelayMs } from './restart-policy';

export class Lifecycle {
  /** Where the mail of each living node is served. */
  readonly desks = new Map<NodeId, Desk>();

  constructor(
    private readonly parts: EngineParts,
    private readonly inventory: Inventory,
    private readonly counter: Counter,
  ) {}

  /** Does what is for a node or a box of this engine; a refusal says why and changes nothing. */
  perform(operation: Operation): Outcome {
    switch (operation.verb) {
      case 'kill':
        return this.kill(operation.node, 'killed by hand', operation.stay === true);
      case 'restart':
        return this.restart(operation.node);
      case 'pause':
        return this.pause(operation.node);
      case 'resume':
        return this.resume(operation.node);
      case 'kill-box':
        return this.killBox(operation.box, 'its box was switched off', operation.stay === true);
      case 'restart-box':
        return this.restartBox(operation.box);
      case 'configure':
        return this.configureDead(operation.node, operation.config);
      default:
        return refuse(`${operation.verb} is not for an engine`);
    }
  }

  /** Ends the process of a node. Unless it is to stay dead, its box starts it again by its restart policy. */
  kill(id: NodeId, reason: string, stay: boolean): Outcome {
    const record = this.inventory.records.get(id);
    if (record === undefined) return refuse(`there is no node ${id}`);
    if (record.life === undefined) {
      if (!stay || record.state !== 'restarting') return refuse(this.deadSince(record));
      record.staysDead = true;
      record.enter('dead', 'killed by hand, to stay dead', this.parts.clock.nowUs);
      return done(`${id} stays dead`);
    }
    this.end(record, 'killed', stay ? `${reason}, to stay dead` : reason);
    record.staysDead = stay;
    this.restartLater(record);
    return done(record.state === 'restarting' ? `${id} was ${record.reason}` : `${id} was killed and stays dead`);
  }

  /** Starts a dead node now. */
  restart(id: NodeId): Outcome {
    const record = this.inventory.records.get(id);
    if (record === undefined) return refuse(`there is no node ${id}`);
    if (record.life !== undefined) return refuse(`${id} is running already; kill it first`);
    if (!record.box.up) return refuse(`${id} cannot start: its box ${record.box.spec.id} is down; restart the box`);
    record.restarts = 0;
    record.staysDead = false;
    this.start(record);
    return done(`${id} was restarted`);
  }

  /** Ends a node for good, with its disk. */
  retire(id: NodeId): void {
    const record = this.inventory.records.get(id);
    if (record === undefined) return;
    if (record.life === undefined) this.note(record, 'retired', `was dead: ${record.reason}`);
    else this.end(record, 'retired', 'by order');
    record.drive.discard();
    this.inventory.remove(record);
  }

  pause(id: NodeId): Outcome {
    const record = this.inventory.records.get(id);
    if (record?.life === undefined)
      return refuse(record === undefined ? `there is no node ${id}` : this.deadSince(record));
    if (record.life.paused) return refuse(`${id} is paused already`);
    this.desks.get(id)?.pause();
    record.enter('paused', 'paused', this.parts.clock.nowUs);
    this.note(record, 'paused', 'its process was stopped');
    return done(`${id} is paused`);
  }

  resume(id: NodeId): Outcome {
    const record = this.inventory.records.get(id);
    if (record?.life === undefined)
      return refuse(record === undefined ? `there is no node ${id}` : this.deadSince(record));
    if (!record.life.paused) return refuse(`${id} is not paused`);
    record.enter('running', '', this.parts.clock.nowUs);
    this.note(record, 'resumed', 'its process goes on');
    this.desks.get(id)?.resume();
    return done(`${id} goes on`);
  }

  /**
   * A machine stops: everything on it dies at once, and nobody is left on it to refuse a connection. It boots again
   * after a while unless it is to stay down.
   */
  killBox(id: string, reason: string, stay: boolean): Outcome {
    const box = this.inventory.boxes.get(id);
    if (box === undefined) return refuse(`there is no box ${id}`);
    if (!box.up) return refuse(`${id} is down already`);
    box.up = false;
    this.noteBox(id, 'box-down', reason);
    const died = this.inventory.on(box).filter(({ life }) => life !== undefined);
    for (const record of this.inventory.on(box)) {
      this.end(record, 'killed', reason);
      if (record.state === 'restarting') record.enter('dead', reason, this.parts.clock.nowUs);
    }
    if (!stay) {
      const boot = (): void => void (this.inventory.boxes.get(id) === box && !box.up && this.restartBox(id));
      this.parts.clock.schedule(new Callback(boot), this.parts.clock.nowUs + this.parts.restarts.bootMs * 1000);
    }
    const next = stay ? 'it stays down until it is restarted' : `it boots in ${this.parts.restarts.bootMs / 1000} s`;
    return done(`${id} is down, and with it ${died.map((record) => record.id).join(', ') || 'nothing'}; ${next}`);
  }

  /** A machine boots; nodes that are to be restarted or have never lived start, the others stay dead. */
  restartBox(id: string): Outcome {
    const box = this.inventory.boxes.get(id);
    if (box === undefined) return refuse(`there is no box ${id}`);
    if (box.up) return refuse(`${id} is up already`);
    box.up = true;
    this.noteBox(id, 'box-up', 'booted');
    for (const record of this.inventory.on(box)) {
      const returns = record.spec.restart === 'always' && !record.staysDead;
      if (returns || record.incarnation === 0) this.start(record);
    }
    return done(`${id} is up`);
  }

  start(record: NodeRecord): void {
    const { clock } = this.parts;
    const incarnation = ++record.incarnation;
    const random = record.serviceRandom.fork(`life:${incarnation}`);
    let life: Life;
    const desk = (): Desk | undefined => this.desks.get(record.id);
    const disk = record.drive.open((work) => life.turn(work, undefined));
    life = new Life(record.id, poolOf(record.spec), incarnation, {
      truth: clock,
      time: record.box.time,
      random,
      secret: this.parts.secret(record.id, incarnation),
      disk,
      members: record.members,
      send: (mail) => this.counter.send(mail, record),
      emit: (event) => this.parts.events.emit(event),
      drop: (mail, reason) => {
        record.counters.dropped++;
        this.parts.events.emit({ type: 'dropped', atUs: clock.nowUs, node: record.id, envelope: mail, reason });
      },
      work: (job, then) => {
        const current = desk();
        if (current !== undefined) this.parts.job(job, current, then);
      },
      busy: (ms) => desk()?.overrun(ms),
      crashed: (reason) => {
        if (record.life !== life) return;
        this.end(record, 'crashed', reason);
        this.restartLater(record);
      },
    });
    record.life = life;
    record.live = record.tier.behave();
    if (record.configVersion > 1) record.rules = new ServiceRules(record.live.apply(record.config));
    this.desks.set(record.id, new Desk(record, life, random.fork('service'), this.counter));
    record.enter('running', '', clock.nowUs);
    this.note(record, 'started', incarnation === 1 ? 'first start' : 'restart');
    life.start(record.live.behaviour);
  }

  /** Who is dead hears no mail: what its next life begins with is written down for it. Who lives is told by mail. */
  private configureDead(id: NodeId, config: unknown): Outcome {
    const record = this.inventory.records.get(id);
    if (record === undefined) return refuse(`there is no node ${id}`);
    if (record.life !== undefined) return refuse(`${id} is not dead; it has to be told`);
    const next = laidOver(record.config, config);
    try {
      record.tier.refuseChange(next);
    } catch (failure) {
      if (failure instanceof ConfigError) return refuse(`${id}: ${failure.message}`);
      throw failure;
    }
    record.config = next;
    const version = ++record.configVersion;
    const text = `config ${JSON.stringify(config)}`;
    const { nowUs } = this.parts.clock;
    this.parts.events.emit({ type: 'config', atUs: nowUs, node: id, phase: 'applied', version, text });
    return done(`${id} begins its next life with config version ${version}`);
  }

  private end(record: NodeRecord, phase: LifePhase, reason: string): void {
    const { life } = record;
    const desk = this.desks.get(record.id);
    if (life === undefined || desk === undefined) return;
    if (this.parts.clock.nowUs - record.sinceUs > this.parts.restarts.healthyMs * 1000) record.restarts = 0;
    record.life = undefined;
    record.live = undefined;
    this.desks.delete(record.id);
    life.stop();
    record.box.cpus.evict(desk);
    record.held = [];
    record.serial.extract(() => true);
    record.serialBusy = false;
    record.mailbox = 0;
    record.drive.crash(record.box.conditions);
    record.enter('dead', reason, this.parts.clock.nowUs);
    this.note(record, phase, reason);
  }

  private restartLater(record: NodeRecord): void {
    if (record.spec.restart !== 'always' || record.staysDead || record.life !== undefined) return;
    const delayMs = restartDelayMs(record.restarts++, this.parts.restarts);
    if (delayMs === undefined) {
      this.note(record, 'gave-up', `died ${record.restarts} times in a row`);
      return;
    }
    record.enter(
      'restarting',
      `${record.reason}; its box starts it again in ${delayMs / 1000} s`,
      this.parts.clock.nowUs,
    );
    this.note(record, 'restarting', `in ${delayMs / 1000} s`);
    const { incarnation } = record;
    const again = (): void => {
      const same = this.inventory.records.get(record.id) === record && record.incarnation === incarnation;
      if (same && record.life === undefined && record.box.up && record.state === 'restarting') this.start(record);
    };
    this.parts.clock.schedule(new Callback(again), this.parts.clock.nowUs + delayMs * 1000);
  }

  private deadSince(record: NodeRecord): string {
    const agoMs = Math.round((this.parts.clock.nowUs - record.sinceUs) / 1e3);
    const ago = agoMs < 1_000 ? `${agoMs} ms` : `${(agoMs / 1e3).toFixed(1)} s`;
    return `${record.id} has been dead for ${ago}: ${record.reason}`;
  }

  noteBox(id: string, phase: LifePhase, reason: string): void {
    this.parts.events.emit({ type: 'life', atUs: this.parts.clock.nowUs, node: id, incarnation: 0, phase, reason });
  }

  note(record: NodeRecord, phase: LifePhase, reason: string): void {
    const { incarnation } = record;
    this.parts.events.emit({ type: 'life', atUs: this.parts.clock.nowUs, node: record.id, incarnation, phase, reason });
  }
}
