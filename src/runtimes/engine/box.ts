/**
 * A machine: its CPUs and its clock, shared by the nodes on it.
 */
import { BoxClock, type TrueClock } from '../../kernel/clock';
import { type BoxConditions, fairConditions } from '../../kernel/rule';
import type { BoxStatus } from '../../kernel/runtime';
import type { BoxSpec } from '../../kernel/topology';
import { Cpus } from './cpus';

export class Box {
  readonly cpus: Cpus;
  readonly time: BoxClock;
  up = true;
  conditions: BoxConditions = fairConditions;

  constructor(
    public spec: BoxSpec,
    truth: TrueClock,
    epochMs: number,
  ) {
    this.cpus = new Cpus(truth, spec.cpus);
    this.time = new BoxClock(truth, epochMs);
  }

  resize(spec: BoxSpec): void {
    this.spec = spec;
    this.cpus.resize(spec.cpus);
  }

  bend(conditions: BoxConditions): void {
    if (conditions.drift !== this.conditions.drift) this.time.drift(conditions.drift);
    this.time.skewMs = conditions.skewMs;
    this.conditions = conditions;
  }

  status(host: number): BoxStatus {
    return { spec: this.spec, up: this.up, host, busyCpus: this.cpus.busy, waiting: this.cpus.waiting };
  }
}
