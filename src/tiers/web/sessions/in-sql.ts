/**
 * Sessions in a table of the site's database. All that is asked is about one user, so that one shard can answer it. When one
 * is over is judged by the time of day of whoever asks.
 */
import type { Plan } from '../plan';
import { type Session, type Sessions, userOfSession } from './session';

/** A user has so many sessions at most; the one that would end first makes room. */
const perUserMax = 10;

const selectOne = 'SELECT name, image, until_ms FROM sessions WHERE user_id = ? AND id = ? AND until_ms > ?';
const insertOne = 'INSERT INTO sessions (user_id, id, name, image, until_ms) VALUES (?, ?, ?, ?, ?)';
const renewOne = 'UPDATE sessions SET until_ms = ? WHERE user_id = ? AND id = ?';
const deleteOne = 'DELETE FROM sessions WHERE user_id = ? AND id = ?';
const deleteOver = 'DELETE FROM sessions WHERE user_id = ? AND until_ms <= ?';
const deleteSpare = `DELETE FROM sessions WHERE user_id = ? AND
  id IN (SELECT s.id FROM sessions s WHERE s.user_id = ? ORDER BY s.until_ms DESC, s.id LIMIT 1000 OFFSET ${perUserMax - 1})`;

export class SqlSessions implements Sessions {
  constructor(
    private readonly idleMs: () => number,
    private readonly wallNowMs: () => number,
  ) {}

  find(id: string, then: (session: Session | undefined) => Plan): Plan {
    const nowMs = this.now();
    const user = userOfSession(id);
    return {
      kind: 'ask',
      freshness: 'newest',
      question: { kind: 'sql.execute', statement: selectOne, parameters: [user, id, nowMs] },
      respond: ({ rows: [row] }) => {
        if (row === undefined) return then(undefined);
        const [name, image, untilMs] = row;
        const found = then({ id, user, name: String(name), image: String(image) });
        // One write per use would make every read a write.
        return Number(untilMs) - nowMs > this.idleMs() / 2 ? found : this.renewed(user, id, found);
      },
    };
  }

  begin({ id, user, name, image }: Session, then: () => Plan): Plan {
    const statements = [
      { statement: deleteOver, parameters: [user, this.now()] },
      { statement: deleteSpare, parameters: [user, user] },
      { statement: insertOne, parameters: [user, id, name, image, this.untilMs()] },
    ];
    return { kind: 'ask', question: { kind: 'sql.transaction', statements }, respond: then };
  }

  end(id: string, then: () => Plan): Plan {
    const statements = [{ statement: deleteOne, parameters: [userOfSession(id), id] }];
    return { kind: 'ask', question: { kind: 'sql.transaction', statements }, respond: then };
  }

  view(): object {
    return { store: 'sql', held: 0 };
  }

  private renewed(user: number, id: string, found: Plan): Plan {
    const statements = [{ statement: renewOne, parameters: [this.untilMs(), user, id] }];
    return {
      kind: 'ask',
      question: { kind: 'sql.transaction', statements },
      respond: () => found,
      orElse: () => found,
    };
  }

  private now(): number {
    return Math.floor(this.wallNowMs());
  }

  private untilMs(): number {
    return this.now() + this.idleMs();
  }
}
