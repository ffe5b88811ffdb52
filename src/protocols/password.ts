/**
 * How a password is checked: by a slow computation, so that whoever steals what is kept of it has to guess slowly too. It is
 * done outside the actor, which has other things to do meanwhile.
 */
import { Schema, type Static, Type } from '../kernel/schema';
import type { Job } from '../kernel/tier';

/** The name of the computation in a table of jobs. */
export const passwordJob = 'password';

/** scrypt takes so many times 1 KiB of memory, and time in proportion; a power of two. */
export const passwordCost = Type.Integer({ minimum: 2, maximum: 2 ** 20 });

export const passwordInput = new Schema(
  Type.Object({
    password: Type.String(),
    /** Of this user alone: the same password of two users must not look the same. */
    salt: Type.String(),
    cost: passwordCost,
    /** What it must be: as it was hashed, or as it is. Nothing fits where there is neither. */
    hash: Type.Optional(Type.String()),
    plain: Type.Optional(Type.String()),
  }),
);
export type PasswordInput = Static<(typeof passwordInput)['type']>;

export const passwordOutcome = new Schema(Type.Object({ matches: Type.Boolean(), hash: Type.String() }));
export type PasswordOutcome = Static<(typeof passwordOutcome)['type']>;

/** To be handed to `node.work`; answers with a `PasswordOutcome`. */
export function passwordCheck(input: PasswordInput): Job {
  return { name: passwordJob, input };
}
