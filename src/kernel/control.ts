/**
 * The few messages that every node understands or may get, whatever its tier: what the kernel itself says.
 */
import { type BodyOf, message, Type } from './schema';

/** The message was malformed or unknown to the tier; `path` says where. */
export const errorMessage = message('error', { reason: Type.String() });
export type ErrorBody = BodyOf<typeof errorMessage>;

/** The message never reached a behaviour: nobody listens there, it may not pass, or there is no room for it. */
export const refused = message('refused', {
  reason: Type.String(),
  because: Type.Union([
    Type.Literal('no-such-address'),
    Type.Literal('private'),
    Type.Literal('down'),
    Type.Literal('overloaded'),
    Type.Literal('reset'),
  ]),
});
export type Refused = BodyOf<typeof refused>;

/** Change your config. Answered with `configured`, or with `error` if it was refused; versions only grow. */
export const configure = message('configure', { version: Type.Integer(), config: Type.Unknown() });
export type Configure = BodyOf<typeof configure>;

/** Who is in your upstream pools now. Answered with `configured`; an older version changes nothing. */
export const members = message('members', {
  version: Type.Integer(),
  pools: Type.Record(Type.String(), Type.Array(Type.String())),
});
export type MembersBody = BodyOf<typeof members>;

/** A config or a membership of this version is in force. */
export const configured = message('configured', { version: Type.Integer() });
export type Configured = BodyOf<typeof configured>;

/** What the kernel may answer to anybody, besides the tier's own answers. */
export type KernelAnswer = ErrorBody | Refused | Configured;

export const kernelAnswers = [errorMessage, refused, configured] as const;
export const kernelRequests = [configure, members] as const;
