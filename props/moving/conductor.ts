/**
 * A conductor of a trial: it does what the plan says, one question at a time, with a deadline for each. One that was
 * deposed does not know it for a while, and goes on; what it proposes then is not decided any more.
 */
import type { Random } from '../../src/kernel/random';
import type { ShardsAnswer } from '../../src/protocols/shards';
import type { MoveDecision } from '../../src/sharding/decisions';
import type { MoveHearing } from '../../src/sharding/move-hearing';
import { type Ask, type Decided, type Heard, heardNothing } from '../../src/sharding/move-step';
import type { MovePlan } from '../../src/sharding/moving';
import type { Agenda } from '../raft/agenda';

export interface Around {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly plan: MovePlan;
  readonly hearing: MoveHearing;
  /** What this conductor takes for decided; nothing, once there is no move. */
  decided(): Decided | undefined;
  ask(step: Ask, then: (answer: ShardsAnswer) => void): void;
  /** Calls back once it is decided, or is known not to be; perhaps never. */
  decide(decision: MoveDecision, then: () => void): void;
}

const deadlineMs = 60;
const againMs = 20;

export class TrialConductor {
  private heard: Heard = heardNothing(0);
  private isDead = false;
  private asked = 0;

  constructor(private readonly around: Around) {
    this.later(0);
  }

  /** With everything that it has heard. */
  crash(): void {
    this.isDead = true;
  }

  private later(ms: number): void {
    const { agenda } = this.around;
    const question = ++this.asked;
    agenda.plan(agenda.nowMs + ms, () => {
      if (question === this.asked) this.go();
    });
  }

  private go(): void {
    const { around } = this;
    const decided = around.decided();
    if (this.isDead || decided === undefined || decided.move.stage !== 'moving') return;
    if (this.heard.version !== decided.map.version) this.heard = heardNothing(decided.map.version);
    const step = around.plan.next(decided, this.heard, around.agenda.nowMs);
    if (step.what === 'wait') return this.later(step.ms);
    // Somebody may steer meanwhile.
    if (step.what === 'rest') return this.later(againMs);
    const question = ++this.asked;
    const answered = (work: () => void): void => {
      if (this.isDead || question !== this.asked) return;
      work();
      this.later(0);
    };
    if (step.what === 'decide') around.decide(step.decision, () => answered(() => undefined));
    else {
      around.ask(step, (answer) =>
        answered(() => {
          this.heard = around.hearing.learn(decided, this.heard, step, answer, around.agenda.nowMs);
        }),
      );
    }
    around.agenda.plan(around.agenda.nowMs + deadlineMs, () => answered(() => undefined));
  }
}
