/** Goes on only if there is a user; a 404 otherwise. */
import type { HttpRequest } from '../../../protocols/http';
import { problemResponse } from '../../../protocols/http-problem';
import type { Plan } from '../plan';

const selectOne = 'SELECT id FROM users WHERE id = ?';

export function ifUser(request: HttpRequest, user: number, then: () => Plan): Plan {
  return {
    kind: 'ask',
    question: { kind: 'sql.execute', statement: selectOne, parameters: [user] },
    respond: ({ rows }, via) =>
      rows.length > 0 ? then() : problemResponse(request, 404, `there is no user ${user}`, via),
  };
}
