/**
 * How a hop says what went wrong: the status, and the reason in words that help, as JSON or as a page.
 */
import { escapeHtml, type HttpRequest, type HttpResponse, wantsHtml } from './http';

const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/**
 * A response that carries its reason.
 *
 * @param self the node that says so; it becomes the origin in `via`.
 */
export function problemResponse(
  request: HttpRequest,
  status: number,
  reason: string,
  self: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const html = wantsHtml(request);
  const title = `${status} ${names[status] ?? ''}`.trim();
  const body = html
    ? `<!doctype html>\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${escapeHtml(reason)}</p>\n`
    : JSON.stringify({ error: title, reason });
  const type = html ? 'text/html; charset=utf-8' : 'application/json';
  return { kind: 'http.response', status, headers: { 'content-type': type, via: self, ...headers }, body };
}
