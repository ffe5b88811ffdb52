/**
 * Claim: what async has lost is told exactly. Once the deposed primary is back, each acknowledged write that is missing is
 * among those that it says it had to give up, each that it reports is missing, and doing those again does them once. As
 * long as it does not come back, the observers name the range that it has taken with it.
 */

import type { ObserversView } from '../../src/protocols/observers';
import { type ReplicationTailed, replicationTailed } from '../../src/protocols/replication';
import type { SqlExecute } from '../../src/protocols/sql';
import { Violation } from '../../src/testing/judge';
import type { Acknowledgement } from './acknowledgements';
import { createdBy } from './read-after-failover';
import { ask, copiesIn, type Judge, resultIn, type Trial, usersAt } from './trial';

export const lostTail: Judge = {
  unhealed: demandRanges,
  healed(trial) {
    const { world, acknowledged, phenomena } = trial;
    const { primary, all } = copiesIn(world);
    const told = new Map(all.map((node) => [node, tailOf(trial, node)]));
    const reported = [...told.values()].flatMap(({ writes }) => writes);
    const ids = new Set(reported.map(({ id }) => id));
    const names = namesAt(trial, primary);
    for (const one of missingAmong(acknowledged.all, names)) {
      phenomena.saw('an acknowledged write was lost by async');
      if (ids.has(one.id) || isInRange(told.get(one.by), one.position)) continue;
      throw new Violation('lost silently', `${inWords(one)} is missing, and nobody reports it`);
    }
    for (const { id, statements } of reported) {
      phenomena.saw('a deposed tail was found');
      const name = createdBy({ asked: { kind: 'sql.transaction', statements: [...statements] } });
      if (name !== undefined && names.has(name)) {
        throw new Violation('reported and there', `${id} is reported as lost, and ${primary} has ${name}`);
      }
    }
    for (const { id, statements } of reported) {
      for (let time = 1; time <= 2; time++) {
        const body = { kind: 'sql.transaction', statements, recovers: id };
        const result = resultIn(ask(world, primary, body), `${id} was to be done again`);
        const isDone = result.recoveredBefore === undefined;
        if (isDone !== (time === 1)) {
          throw new Violation(
            'recovered twice',
            `${id}, the ${time}. time: ${isDone ? 'done' : 'said to be done before'}`,
          );
        }
      }
    }
    demandOnce(trial, primary, reported);
  },
};

function demandOnce(trial: Trial, primary: string, reported: ReplicationTailed['writes']): void {
  if (reported.length === 0) return;
  const counts = new Map<unknown, number>();
  for (const row of usersAt(trial.world, primary, 'newest')) {
    const name = row['first_name'];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const { id, statements } of reported) {
    const name = createdBy({ asked: { kind: 'sql.transaction', statements: [...statements] } });
    const times = name === undefined ? 1 : (counts.get(name) ?? 0);
    if (times !== 1) throw new Violation('recovered twice', `${id} was recovered, and ${name} is there ${times} times`);
  }
}

/** While one who acknowledged is down, and somebody else leads: what is missing is in a range that the observers name. */
function demandRanges(trial: Trial): void {
  const { world, acknowledged, phenomena } = trial;
  const { primary, copies, observers } = world.replicas();
  const dead = new Set(copies.filter(({ standing }) => standing === undefined).map(({ node }) => node));
  if (primary === undefined || dead.size === 0) return;
  const reign = copies.find(({ node }) => node === primary)?.standing?.term ?? 0;
  const gaps = observers.flatMap(({ view }) =>
    view?.term === reign && view.primary === primary ? [view.missing] : [],
  );
  const [known] = gaps;
  if (known === undefined) return;
  const statement = 'SELECT first_name FROM users';
  const question: SqlExecute = { kind: 'sql.execute', statement, parameters: [], freshness: 'newest' };
  const answer = ask(world, primary, question);
  if (answer?.kind !== 'sql.result') return;
  const names = new Set(resultIn(answer, primary).rows.map(([name]) => name));
  for (const one of missingAmong(acknowledged.all, names)) {
    if (!dead.has(one.by)) continue;
    phenomena.saw('the observers named a lost range');
    if (known.some((gap) => gap.primary === one.by && isIn(gap, one.position))) continue;
    throw new Violation(
      'lost silently',
      `${inWords(one)} is missing, and the observers know of no range that it is in`,
    );
  }
}

function isIn({ from, to, isOpen = false }: Gap, position: number): boolean {
  return from <= position && (isOpen || position <= to);
}

function missingAmong(
  acknowledged: readonly Acknowledgement[],
  names: ReadonlySet<unknown>,
): readonly Acknowledgement[] {
  return acknowledged.filter((one) => {
    const name = createdBy(one);
    return name !== undefined && !names.has(name);
  });
}

function namesAt({ world }: Trial, node: string): ReadonlySet<unknown> {
  return new Set(usersAt(world, node, 'newest').map((row) => row['first_name']));
}

type Gap = ObserversView['missing'][number];

function tailOf({ world }: Trial, node: string): ReplicationTailed {
  const answer = ask(world, node, { kind: 'replication.tail' });
  if (answer !== undefined && replicationTailed.accepts(answer)) return answer;
  throw new Violation('does not answer', `${node} was asked for its tail: ${JSON.stringify(answer ?? 'no answer')}`);
}

function isInRange(told: ReplicationTailed | undefined, position: number): boolean {
  return told?.unaccounted?.some(({ from, to }) => from <= position && position <= to) === true;
}

function inWords({ id, by, position, term }: Acknowledgement): string {
  return `entry ${position} of term ${term} (${id}), acknowledged by ${by},`;
}
