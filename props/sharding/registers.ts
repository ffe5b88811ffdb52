/**
 * Claim: while keys move, those who ask for the newest see one register per row; what was acknowledged stays, whichever
 * shard has it.
 */
import { register } from '../../src/checking/models/register';
import { demandLinearizable } from '../../src/testing/demand-linearizable';
import { initialNames, operationsOf } from '../replication/histories';
import { isInitial } from '../site/durability';
import { demandNothingLost } from '../site/register-history';
import type { Judge } from './trial';

export const registers: Judge = {
  healed({ operations, history, world, drawn }) {
    for (let user = 1; user <= drawn.users; user++) world.get(`/users/${user}`, { timeout: 1_000 });
    demandNothingLost(history.operations, isInitial);
    const all = operationsOf(operations);
    const names = initialNames(all);
    demandLinearizable(all, register, 'not linearizable', { initialOf: (key: string | undefined) => names.get(key) });
  },
};
