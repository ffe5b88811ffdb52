/** Once all is mended, the site is asked until it answers well: within a bound, or it has not come back. */
import type { ClientResponse } from '../../src/protocols/client';
import type { DrivenWorld } from '../../src/testing/driven-world';
import { Violation } from '../../src/testing/judge';

/** Detection, readmission, recovery from the log, a retransmission that had backed off. */
const aliveAgainMs = 10_000;
/** Whoever asks again waits longer each time: few lines lead to a site that stays dead. */
const firstPauseMs = 500;

/** Asks until it is answered well; whatever a bad network has delayed is through by the end of the bound. */
export function eventually(
  world: DrivenWorld,
  what: string,
  ask: (attempt: number) => ClientResponse,
  good: readonly number[] = [200],
): ClientResponse {
  const untilMs = world.nowMs + aliveAgainMs;
  for (let attempt = 1, pauseMs = firstPauseMs; ; attempt++, pauseMs *= 2) {
    const response = ask(attempt);
    const { status, problem, body } = response;
    if (good.includes(status)) return response;
    if (world.nowMs > untilMs) {
      const reason = `${what} fails ${aliveAgainMs / 1000} s after all was mended: ${status} ${problem ?? body}`;
      throw new Violation('does not come back', reason);
    }
    world.run(Math.max(1, Math.min(pauseMs, untilMs - world.nowMs + 1)));
  }
}
