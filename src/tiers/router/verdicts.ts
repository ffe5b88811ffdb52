/**
 * What the answer of a shard means for the request that it is about, whichever store it is.
 */
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import type { NodeId } from '../../kernel/envelope';
import type { SqlFailure } from '../../protocols/sql';
import type { RouterIn } from './conversation';

/** How it ended: with what a shard said, or with nothing. */
export interface Ended {
  readonly shard: string;
  /** Who was asked last. */
  readonly copy: NodeId;
  readonly answer: Answer<RouterIn | KernelAnswer> | { readonly nobody: string };
}

/** A shard's no, of whichever store. */
export type ShardFailure = SqlFailure;

/**
 * What a refusal that is certain asks for: nothing but to pass it on; a newer map, or the same one a while later; a newer
 * map or nothing; the same once more a while later.
 */
export type Again = 'no' | 'map' | 'newer-map' | 'later';

export function againAfter(answer: Ended['answer']): Again {
  if ('nobody' in answer) return 'map';
  if (isExpired(answer)) return 'no';
  const { body } = answer;
  if (body.kind === 'refused') return body.because === 'down' || body.because === 'no-such-address' ? 'later' : 'no';
  if (!isFailure(body)) return 'no';
  switch (body.because) {
    case 'old-map':
    case 'moving':
      return 'map';
    case 'not-primary':
    case 'starting':
      return 'later';
    // By the map of whoever refused it the row is elsewhere; if there is none newer, it is the statement that is wrong.
    case 'wrong-shard':
      return 'newer-map';
    default:
      return 'no';
  }
}

/** A shard said no, for a reason that has nothing to do with how it is. */
export function isNo(body: RouterIn | KernelAnswer): body is ShardFailure {
  return isFailure(body) && !troubles.has(body.because);
}

/** Why there is no answer of a shard, in words; `undefined` where there is one. */
export function silenceOf({ copy, answer }: Ended): string | undefined {
  if ('nobody' in answer) return answer.nobody;
  if (isExpired(answer)) return `${copy} did not answer within ${Math.round(answer.budgetMs)} ms`;
  const { body } = answer;
  if (isFailure(body)) return troubles.has(body.because) ? `${copy}: ${body.reason}` : undefined;
  if (body.kind === 'sql.unknown' || body.kind === 'error') return `${copy}: ${body.reason}`;
  if (body.kind === 'refused') return body.reason;
  return body.kind === 'sql.result' ? undefined : `${copy} answered ${body.kind}`;
}

/** It was given to somebody who may have done it, now or later. */
export function mayBeDone({ answer }: Ended): boolean {
  if ('nobody' in answer) return false;
  if (isExpired(answer)) return true;
  return answer.body.kind === 'sql.unknown' || (answer.body.kind === 'refused' && answer.body.because === 'reset');
}

/** The kernel said it, not a shard. */
export function isKernels(body: RouterIn | KernelAnswer): body is KernelAnswer {
  return body.kind === 'error' || body.kind === 'refused' || body.kind === 'configured';
}

function isFailure(body: RouterIn | KernelAnswer): body is ShardFailure {
  return body.kind === 'sql.failure';
}

/** Of a shard that is not well, or not yet. */
const troubles: ReadonlySet<string> = new Set(['not-primary', 'starting', 'stale', 'disk', 'old-map', 'moving']);
