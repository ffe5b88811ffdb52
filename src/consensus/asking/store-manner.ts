/** How a store is asked: what only its primary may answer, what may be asked again, and what a copy means by its answer. */
import type { Body } from '../../kernel/envelope';
import type { DocFailure } from '../../protocols/doc';
import type { Freshness } from '../../protocols/freshness';
import type { KvFailure } from '../../protocols/kv';
import type { SqlFailure } from '../../protocols/sql';
import type { Manner, Verdict } from './inquiry';

/** A no, of whichever store: all mean the same by their reasons. */
export type StoreFailure = SqlFailure | KvFailure | DocFailure;

/** @param freshness how fresh what is read must be; counts for reads only. */
export function storeManner(writes: boolean, freshness: Freshness): Manner {
  if (writes) return writing;
  return freshness === 'newest' ? readingNewest : reading;
}

/** By its kind alone: the kernel has checked it against what the tier accepts. */
export function isStoreFailure(body: Body): body is StoreFailure {
  return body.kind === 'sql.failure' || body.kind === 'kv.failure' || body.kind === 'doc.failure';
}

const writing: Manner = { isRead: false, mayBeReplica: false, judge: (body) => judge(body, 'done') };
const readingNewest: Manner = { ...writing, isRead: true, judge: (body) => judge(body, 'answer') };
const reading: Manner = { ...readingNewest, mayBeReplica: true };

function judge(body: Body, done: Verdict): Verdict {
  if (!isStoreFailure(body)) return isRouted(body) ? 'alike' : isUnknown(body) ? 'answer' : done;
  switch (body.because) {
    case 'not-primary':
      return { primary: body.primary };
    case 'starting':
    case 'stale':
    case 'disk':
      return 'elsewhere';
    default:
      return 'answer';
  }
}

/** A router says how it came by its answer, and nobody else. */
function isRouted(body: Body): boolean {
  return 'route' in body && body.route !== undefined;
}

function isUnknown({ kind }: Body): boolean {
  return kind === 'error' || kind === 'configured' || kind.endsWith('.unknown');
}
