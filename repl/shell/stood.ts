/**
 * The failure that a session was opened at: what its verbs show until somebody asks the site for something else.
 */
import { coneOf } from '../../src/drawing/diagram/cone';
import type { SpaceTime } from '../../src/drawing/diagram/space-time';
import { messageKey, type WorldEvent } from '../../src/kernel/events';
import { failurePicture } from '../../src/testing/standing';
import type { Failure } from '../../src/world/token';

export interface Stood {
  readonly failure: Failure;
  /** What led there. */
  readonly events: readonly WorldEvent[];
  readonly atUs: number;
  readonly nodes: ReadonlySet<string>;
}

/** The failure, as long as nobody has sent a request of their own. */
export function stoodAt(shell: {
  readonly stood: Stood | undefined;
  readonly journal: readonly { readonly line: string }[];
}): Stood | undefined {
  return shell.journal.some(({ line }) => requests.test(line)) ? undefined : shell.stood;
}

const requests = /^(get|post|put|patch|delete)\b/;

export function stoodPicture({ events, failure, atUs, nodes }: Stood, flightsMax?: number): SpaceTime {
  return failurePicture(events, failure, atUs, nodes, flightsMax);
}

/** The message with which the operation began that shows the failure; it names the request in a trace. */
export function culpritKey({ events, failure }: Stood): string | undefined {
  const culprit = failure.about.at(-1);
  const cone = culprit === undefined ? undefined : coneOf(events, culprit);
  const asked = cone?.mail.filter(({ from, re }) => from === cone.call.node && re === undefined).at(-1);
  return asked === undefined ? undefined : messageKey(asked);
}
