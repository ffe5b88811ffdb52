/**
 * Claim: whatever was acknowledged is readable from whoever is promoted, and once all is mended from every copy. Before
 * that a copy that was asked for what it cannot prove refuses: a place in the log that it has not reached, or to be no
 * older than so much.
 */
import { sqlFailure, sqlResult } from '../../src/protocols/sql';
import { Violation } from '../../src/testing/judge';
import { isInitial } from '../site/durability';
import { demandNothingLost, type Operation } from '../site/register-history';
import type { Acknowledgement } from './acknowledgements';
import { seedUsers } from './modes';
import { copiesIn, type Judge, type Probed, type Trial, usersAt } from './trial';

export const readAfterFailover: Judge = {
  healed(trial) {
    const { drawn, probed, phenomena } = trial;
    for (const one of probed) {
      if (sqlFailure.accepts(one.answer) && one.answer.because === 'stale') phenomena.saw('a stale read was refused');
      else demandAsFresh(trial, one);
    }
    if (trial.mode === 'async') return;
    const clocksHold = drawn.drift === 'within' || drawn.confirming === 'confirmed';
    const asked =
      drawn.reads === 'newest' && clocksHold ? trial.history.operations : writesOf(trial.history.operations);
    const { primary, all } = copiesIn(trial.world);
    const found = all.flatMap((node) => readAt(trial, node, node === primary));
    demandNothingLost([...asked, ...found], isInitial);
  },
};

/** Reads that were not asked to be the newest may be older. */
function writesOf(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(({ f }) => f === 'write');
}

/** Reads everybody at one copy, and demands that those who were created are there. */
function readAt({ world, acknowledged, drawn }: Trial, node: string, leads: boolean): readonly Operation[] {
  const invokedUs = world.nowMs * 1_000;
  const rows = usersAt(world, node, leads ? 'newest' : 'any');
  const names = new Set(rows.map((row) => row['first_name']));
  for (const one of acknowledged.all) {
    const name = createdBy(one);
    if (name === undefined || names.has(name)) continue;
    throw new Violation(
      'acknowledged creation lost',
      `${one.by} acknowledged ${name}, and ${node} has nobody so called`,
    );
  }
  return rows.slice(0, Math.min(drawn.users, seedUsers)).map((row) => ({
    process: `at ${node}`,
    f: 'read',
    key: `user:${row['id']}`,
    value: row['last_name'],
    invokedUs,
    endedUs: world.nowMs * 1_000,
    outcome: 'ok',
  }));
}

/** The first name of whom a write creates: no two are called the same. */
export function createdBy({ asked }: Pick<Acknowledgement, 'asked'>): string | undefined {
  const [first] = asked.statements;
  const name = first?.statement.startsWith('INSERT INTO users') === true ? first.parameters[1] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function demandAsFresh({ acknowledged, drawn, mode, phenomena }: Trial, { atMs, node, asks, answer }: Probed): void {
  if (typeof asks === 'string' || !sqlResult.accepts(answer)) return;
  const { position } = answer;
  if ('position' in asks) {
    phenomena.saw('a copy had reached the place that it was asked for');
    if (position >= asks.position) return;
    throw new Violation('not as fresh', `${node} was asked at ${atMs} ms for entry ${asks.position}, told ${position}`);
  }
  // Of what async has lost nobody can say how old it is; and beyond the drift nobody knows what the time is.
  if (mode === 'async' || drawn.drift === 'beyond') return;
  const sinceMs = atMs - asks.withinMs * clockSlack - 1;
  const known = acknowledged.positionAt(sinceMs * 1_000);
  phenomena.saw('a copy proved how fresh it is');
  if (position >= known) return;
  const text = `${node} was asked at ${atMs} ms for the last ${asks.withinMs} ms, told ${position}`;
  throw new Violation('not as fresh', `${text}; ${known} had been acknowledged by then`);
}

/** A copy counts by its own clock, which may be slow. */
const clockSlack = 1.25;
