/**
 * What a message says, in a few words: `GET /users/12`, `200`, `1 row`. Messages that nobody described here go by
 * their kind.
 */
import { errorMessage, refused } from '../kernel/control';
import type { Body } from '../kernel/envelope';
import { clientFetch, clientResponse } from '../protocols/client';
import { cloudDone, cloudFailed } from '../protocols/cloud';
import { httpRequest, httpResponse } from '../protocols/http';
import { cacheHeard, cacheInvalidate } from '../protocols/invalidation';
import { dnsAnswer, dnsQuery } from '../protocols/names';
import { sqlExecute, sqlFailure, sqlResult, sqlTransaction } from '../protocols/sql';
import { oneLine, plural } from './look';

/** What a message says, without its kind. */
export function messageText(body: Body): string {
  return oneLine(described(body) ?? body.kind).replaceAll(/ {2,}/g, ' ');
}

/** Whether an answer says that it did not work; why, or nothing where the text of the message says it already. */
export function failureOf(body: Body): { readonly reason: string } | undefined {
  if (refused.accepts(body) || errorMessage.accepts(body)) return { reason: body.reason };
  if (sqlFailure.accepts(body) || cloudFailed.accepts(body)) return { reason: body.reason };
  if (httpResponse.accepts(body)) return body.status < 500 ? undefined : { reason: '' };
  if (clientResponse.accepts(body) && (body.status === 0 || body.status >= 500)) return { reason: body.problem ?? '' };
  return undefined;
}

function described(body: Body): string | undefined {
  if (clientFetch.accepts(body)) return `${body.method} ${body.url}`;
  if (clientResponse.accepts(body)) return body.status === 0 ? 'no response' : String(body.status);
  if (httpRequest.accepts(body)) return `${body.method} ${body.path}`;
  if (httpResponse.accepts(body)) return String(body.status);
  if (dnsQuery.accepts(body)) return `resolve ${body.name}`;
  if (dnsAnswer.accepts(body)) return body.addresses.length === 0 ? 'no such name' : body.addresses.join(', ');
  if (sqlExecute.accepts(body)) return body.statement;
  if (sqlTransaction.accepts(body)) return `transaction of ${plural(body.statements.length, 'statement')}`;
  if (sqlResult.accepts(body))
    return body.changes > 0 ? plural(body.changes, 'change') : plural(body.rows.length, 'row');
  if (sqlFailure.accepts(body)) return body.because;
  if (refused.accepts(body)) return 'refused';
  if (errorMessage.accepts(body)) return 'error';
  if (cacheInvalidate.accepts(body)) {
    const keys = body.changed.flatMap(([, changed]) => changed);
    if (body.from === undefined) return `anything may have changed up to ${body.upTo.position}`;
    const changed = keys.length <= 2 ? keys.join(', ') : plural(keys.length, 'row');
    return `${changed || 'nothing'} changed up to ${body.upTo.position}`;
  }
  if (cacheHeard.accepts(body)) return `heard up to ${body.upTo?.position ?? 'nowhere'}`;
  if (cloudDone.accepts(body)) return body.text;
  return undefined;
}
