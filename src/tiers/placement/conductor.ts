/**
 * Conducts the move of one family for as long as its member leads the group: orders the machines that it needs, goes
 * through its slices one after the other, and gives back the machines that nobody needs any more. One question at a time;
 * what gets no answer is asked again, later and later. It remembers nothing that the next one could not ask.
 */
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import type { Family } from '../../protocols/shard-map';
import { mapOf, moveOf } from '../../sharding/deciding';
import type { Decision } from '../../sharding/decisions';
import { MoveHearing } from '../../sharding/move-hearing';
import {
  type Ask,
  type Decided,
  type Heard,
  heardNothing,
  type Pace,
  resting,
  restOf,
  type Step,
} from '../../sharding/move-step';
import { MovePlan } from '../../sharding/moving';
import type { Desk } from './desk';
import type { Ledger } from './ledger';
import { Machines } from './machines';
import { Primaries } from './primaries';
import type { PlacementConfig, PlacementTurn } from './settings';

export class Conductor implements Desk {
  failures = 0;
  private saying = 'beginning';
  private heard: Heard = heardNothing(0);
  private sliceSinceMs: number | undefined;
  private isBusy = false;
  private isOver = false;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  private cancel: Cancel = () => undefined;
  private readonly primaries: Primaries;
  private readonly machines: Machines;

  constructor(
    private readonly family: Family,
    private readonly turn: PlacementTurn,
    private readonly live: Live<PlacementConfig>,
    private readonly ledger: Ledger,
  ) {
    this.primaries = new Primaries(turn);
    this.machines = new Machines(turn, live, this, this.primaries);
  }

  /** What is being done at the moment, or what it waits for. */
  get now(): string {
    return this.saying;
  }

  /** Somebody else conducts now, or there is nothing left to do. */
  end(): void {
    this.isOver = true;
    this.cancel();
  }

  /** Does what is to be done next, unless it is at something already. */
  go(): void {
    if (this.isBusy || this.isOver) return;
    this.cancel();
    const { nowMs } = this.turn;
    if (nowMs < this.notBeforeMs) return this.again(this.notBeforeMs - nowMs);
    const [move, map] = [moveOf(this.ledger.state, this.family), mapOf(this.ledger.state, this.family)];
    if (move === undefined || map === undefined) return;
    if (move.stage === 'ordering') return this.machines.order(move, map);
    if (move.stage === 'retiring') return this.machines.giveBack(move, map);
    if (this.heard.version !== map.version) this.beginSlice(map.version, move.unitsPerSecond);
    this.carryOut({ move, map }, new MovePlan(this.pace).next({ move, map }, this.heard, nowMs));
  }

  begin(saying: string): void {
    this.isBusy = true;
    this.saying = saying;
  }

  done(): void {
    this.isBusy = false;
    this.failures = 0;
    this.go();
  }

  failed(why: string): void {
    this.isBusy = false;
    const { retryMs, retryMaxMs } = this.live.now;
    const delayMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(this.failures, 20));
    this.failures++;
    // Those who wait for the same come back at different times.
    this.notBeforeMs = this.turn.nowMs + delayMs * (0.5 + 0.5 * this.turn.node.random.next());
    this.saying = `${this.saying}: ${why}`;
    this.go();
  }

  decide(decision: Decision): void {
    this.isBusy = true;
    const done = (): void => this.done();
    const refusal = this.ledger.propose(decision, { decided: done, lost: done });
    if (refusal !== undefined) this.failed(refusal);
  }

  wait(ms: number, saying: string): void {
    this.isBusy = false;
    this.saying = saying;
    if (!this.isOver) this.again(ms);
  }

  private again(ms: number): void {
    this.cancel = this.turn.after(ms, () => this.go());
  }

  private get pace(): Pace {
    const { chunkUnits, fewUnits, roundsMax, fenceMs, retryMs, retryMaxMs, restShare } = this.live.now;
    return { chunkUnits, fewUnits, roundsMax, fenceMs, retryMs, retryMaxMs, restShare, strikesMax };
  }

  /** Where no rate is wanted, it rests after a slice as after a step: what is done under the fence allows no rest. */
  private beginSlice(version: number, unitsPerSecond: number): void {
    const { nowMs } = this.turn;
    const tookMs = nowMs - (this.sliceSinceMs ?? nowMs);
    const notBeforeMs = nowMs + (unitsPerSecond === 0 ? restOf(this.pace, tookMs) : 0);
    this.sliceSinceMs = notBeforeMs;
    this.heard = { ...heardNothing(version), notBeforeMs, waitsFor: resting };
  }

  private carryOut(decided: Decided, step: Step): void {
    const { move } = decided.map;
    const slice = move?.slices[move.done];
    const place = slice === undefined ? '' : `${slice.from} → ${slice.to}: `;
    switch (step.what) {
      case 'wait':
        return this.wait(step.ms, `${place}${step.saying}`);
      case 'rest':
        this.saying = `${place}${step.saying}`;
        return;
      case 'decide':
        this.saying = `${place}${step.saying}`;
        return this.decide(step.decision);
      case 'ask':
        this.begin(`${place}${step.saying}`);
        return this.ask(decided, step);
    }
  }

  private ask(decided: Decided, step: Ask): void {
    const { askMs } = this.live.now;
    const askedMs = this.turn.nowMs;
    this.primaries.ask(step.shard, step.body, Math.min(askMs, step.withinMs ?? askMs), (answer) => {
      if (this.isOver) return;
      if ('failure' in answer) return this.failed(answer.failure);
      const { nowMs } = this.turn;
      this.heard = new MoveHearing(this.pace).learn(decided, this.heard, step, answer, nowMs, nowMs - askedMs);
      this.done();
    });
  }
}

/** Asked so often where both stand before an attempt is given up. */
const strikesMax = 2;
