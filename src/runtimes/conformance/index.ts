/**
 * What every runtime promises, as one list of cases that each of them runs. The two worlds do not agree message by
 * message, so the cases compare invariants and how things end. Left out because one world has no such thing: how long
 * anything takes, the order of events of different nodes, the draws of `random`, and memory.
 */
import { changes } from './changes';
import { configs } from './configs';
import { deaths } from './deaths';
import { disks } from './disks';
import { faultCases } from './fault-cases';
import { lives } from './lives';
import { mail } from './mail';
import type { Case } from './rig';
import { services } from './services';

export const cases: readonly Case[] = [
  ...lives,
  ...deaths,
  ...changes,
  ...configs,
  ...mail,
  ...faultCases,
  ...disks,
  ...services,
];
