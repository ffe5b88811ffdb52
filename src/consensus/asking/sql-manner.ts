/** How SQL is asked: what only the primary may answer, what may be asked again, and what a database means by its answer. */
import type { Body } from '../../kernel/envelope';
import type { Freshness, SqlFailure, SqlResult } from '../../protocols/sql';
import type { Manner, Verdict } from './inquiry';

/** @param freshness how fresh what is read must be; counts for reads only. */
export function sqlManner(writes: boolean, freshness: Freshness): Manner {
  if (writes) return writing;
  return freshness === 'newest' ? readingNewest : reading;
}

const writing: Manner = { isRead: false, mayBeReplica: false, judge: (body) => judge(body, 'done') };
const readingNewest: Manner = { ...writing, isRead: true, judge: (body) => judge(body, 'answer') };
const reading: Manner = { ...readingNewest, mayBeReplica: true };

function judge(body: Body, done: Verdict): Verdict {
  if (isResult(body)) return body.route === undefined ? done : 'alike';
  if (!isFailure(body)) return 'answer';
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

/** By their kind alone: the kernel has checked them against what the tier accepts. */
function isResult(body: Body): body is SqlResult {
  return body.kind === 'sql.result';
}

function isFailure(body: Body): body is SqlFailure {
  return body.kind === 'sql.failure';
}
