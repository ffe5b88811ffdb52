/** Shards that keep the feeds of their users with less care. */

import { Outbox } from '../../src/tiers/database/outbox';
import { type Line, Lines } from '../../src/tiers/database/outbox-lines';
import { FeedOperator } from '../../src/world/feed-operator';
import { feeds } from '../sharding/feeds';
import { type Canary, canary, soon } from './canary';
import { type Sabotage, sabotage, sabotageHidden } from './sabotage';

/** Takes a line for told: it changes nothing. */
const untold = ({ seq, parameters: [target = 0] }: Line): Line => {
  return { seq, statement: 'DELETE FROM feed WHERE user_id = ? AND post_id = 0', parameters: [target] };
};

/** Some of the lines are never told. */
function silent(isUntold: (line: Line, lines: Lines) => boolean): Sabotage {
  return sabotage(Lines.prototype, 'first', (first) => {
    return function (this: Lines, linesMax, restMs) {
      const all = first.call(this, linesMax, restMs);
      return all.map((lines) => lines.map((line) => (isUntold(line, this) ? untold(line) : line)));
    };
  });
}

const forgetsNothing = silent(({ statement }) => statement.includes('author_id = ?'));

/** It goes on behind what the primary before it has been given, told or not. */
const skips: Sabotage = (run) => {
  const before = new WeakMap<object, number>();
  const looks = sabotageHidden(Outbox.prototype, 'look', (look) => {
    return function (this: object) {
      const [copies, lines] = [Reflect.get(this, 'copies'), Reflect.get(this, 'lines')];
      if (copies?.member?.isServing !== true) before.set(lines, Reflect.get(lines, 'lastSeq'));
      return look.call(this);
    };
  });
  return looks(() => silent(({ seq }, lines) => seq <= (before.get(lines) ?? 0))(run));
};

/** It deletes what it has sent, whether anybody answers or not. */
const hurries = sabotageHidden(Outbox.prototype, 'ask', (ask) => {
  return function (this: object, ...given) {
    const [question, then] = given;
    if (!isTransaction(question) || typeof then !== 'function') return ask.call(this, question, then);
    ask.call(this, question, () => undefined);
    return then({
      end: 'done',
      result: { kind: 'sql.result', columns: [], rows: [], changes: 0, lastId: 0, position: 0 },
    });
  };
});

function isTransaction(question: unknown): boolean {
  return typeof question === 'object' && question !== null && 'kind' in question && question.kind === 'sql.transaction';
}

const onlyAdds = sabotageHidden(FeedOperator.prototype, 'mend', (mend) => {
  return function (this: object, gaps, failures) {
    return mend.call(this, Array.isArray(gaps) ? gaps.filter(({ what }) => what !== 'extra') : gaps, failures);
  };
});

const claim = feeds({ seed: 1, runs: 20 });
const wrong = 'feed is not the join';

export const feedCanaries: readonly Canary[] = [
  canary('an outbox that deletes what nobody has answered', soon(claim, 9), hurries, wrong),
  canary('an outbox that goes on behind its failover', soon(claim, 10), skips, wrong),
  canary('who leaves an author keeps the posts', claim, forgetsNothing, wrong),
  canary('a repair that only adds', soon(claim, 1, 1), onlyAdds, 'feed is not mended'),
];
