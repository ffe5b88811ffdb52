/** Directories that let strangers in. */

import type { Zone } from '../../src/kernel/topology';
import { Connections } from '../../src/runtimes/engine/connections';
import { Directory, type Place } from '../../src/runtimes/engine/directory';
import { privacy } from '../privacy/claim';
import { type Canary, canary } from './canary';
import { sabotage } from './sabotage';

const everybodyMayPass = sabotage(Directory.prototype, 'barred', () => () => undefined);

/** What calls itself an answer comes in, whether anybody asked or not. */
const answersNobodyAsked = sabotage(Connections.prototype, 'barred', () => () => undefined);

/** Knowing the box to be public is not enough: it is the address that is public. */
const publicBoxIsOpen = sabotage(
  Directory.prototype,
  'barred',
  (barred) =>
    function (this: Directory, from: Zone, address: string, to: Place) {
      return to.box.publicAddress === undefined ? barred.call(this, from, address, to) : undefined;
    },
);

const claim = privacy({ seed: 1, runs: 400 });

export const privacyCanaries: readonly Canary[] = [
  canary('a directory without the rule of private addresses', claim, everybodyMayPass, 'private is open'),
  canary('a firewall that takes any answer for one that was asked for', claim, answersNobodyAsked, 'private is open'),
  canary(
    'a directory that opens public boxes by their private addresses too',
    claim,
    publicBoxIsOpen,
    'private is open',
  ),
];
