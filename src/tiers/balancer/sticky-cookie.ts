/**
 * Whoever was served before goes to the same server, which a cookie names, for as long as it is there; who comes for the
 * first time, or whose server is gone, goes where there is least to do, and stays there from then on. It costs evenness:
 * a new server, or one that is back, has to wait for new users.
 */
import { cookieIn } from '../../protocols/cookies';
import { leastConnections } from './least-connections';
import type { Policy } from './policy';

/** The balancer's own cookie; what else there is belongs to the servers behind it. */
export const serverCookie = 'lb';

export const stickyCookie: Policy<number> = {
  initial: leastConnections.initial,
  choose(candidates, memory, arrival, random) {
    const named = cookieIn(arrival.headers, serverCookie);
    const index = named === undefined ? -1 : candidates.findIndex(({ id }) => id === named);
    return index >= 0 ? { index, memory } : leastConnections.choose(candidates, memory, arrival, random);
  },
  mark({ id }, { headers }) {
    return cookieIn(headers, serverCookie) === id ? undefined : { name: serverCookie, value: id };
  },
};
