/**
 * What the answer of a shard means for the request that it is about, whichever store it is.
 */
import { isStoreFailure, type StoreFailure } from '../../consensus/asking/store-manner';
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import type { NodeId } from '../../kernel/envelope';
import type { RouterIn } from './conversation';

/** How a question ended: with what a shard said, or with nothing. */
export interface Ended {
  readonly shard: string;
  /** Who was asked last. */
  readonly copy: NodeId;
  readonly answer: Answer<RouterIn | KernelAnswer> | { readonly nobody: string };
}

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
  if (!isStoreFailure(body)) return 'no';
  switch (body.because) {
    case 'old-map':
    case 'moving':
      return 'map';
    case 'not-primary':
    case 'starting':
    case 'stale':
      return 'later';
    // By the map of whoever refused it the row is elsewhere; if there is none newer, it is the statement that is wrong.
    case 'wrong-shard':
      return 'newer-map';
    default:
      return 'no';
  }
}

/** What came of a question. `no`: a refusal that has nothing to do with how the shard is; `silence`: why it gave none. */
export type Outcome =
  | { readonly what: 'answer'; readonly body: RouterIn }
  | { readonly what: 'no'; readonly failure: StoreFailure }
  | { readonly what: 'silence'; readonly reason: string; readonly mayBeDone: boolean };

export function outcomeOf({ copy, answer }: Ended): Outcome {
  if ('nobody' in answer) return silence(answer.nobody);
  if (isExpired(answer)) return silence(`${copy} did not answer within ${Math.round(answer.budgetMs)} ms`, true);
  const { body } = answer;
  if (isStoreFailure(body)) {
    return troubles.has(body.because) ? silence(`${copy}: ${body.reason}`) : { what: 'no', failure: body };
  }
  switch (body.kind) {
    case 'sql.unknown':
    case 'kv.unknown':
    case 'doc.unknown':
      return silence(`${copy}: ${body.reason}`, true);
    case 'refused':
      return silence(body.reason, body.because === 'reset');
    case 'error':
      return silence(`${copy}: ${body.reason}`);
    case 'configured':
      return silence(`${copy} answered ${body.kind}`, true);
    default:
      return { what: 'answer', body };
  }
}

function silence(reason: string, mayBeDone = false): Outcome {
  return { what: 'silence', reason, mayBeDone };
}

/** Of a shard that is not well, or not yet. */
const troubles: ReadonlySet<string> = new Set(['not-primary', 'starting', 'stale', 'disk', 'old-map', 'moving']);
