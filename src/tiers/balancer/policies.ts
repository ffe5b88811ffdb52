/**
 * The ways of choosing, by the name that the config uses.
 */
import { leastConnections } from './least-connections';
import { type Chooser, chooser } from './policy';
import { roundRobin } from './round-robin';
import { stickyAddress } from './sticky-address';
import { stickyCookie } from './sticky-cookie';
import { twoChoices } from './two-choices';

export const policies = {
  'round-robin': chooser(roundRobin),
  'least-connections': chooser(leastConnections),
  'two-choices': chooser(twoChoices),
  'sticky-cookie': chooser(stickyCookie),
  'sticky-address': chooser(stickyAddress),
} as const satisfies Readonly<Record<string, () => Chooser>>;

export type PolicyName = keyof typeof policies;
