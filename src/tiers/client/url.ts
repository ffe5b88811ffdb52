/**
 * What a user types, taken apart: `/users/12` means the site's own domain, `http://10.0.0.3/users/1` a machine.
 */

/** Where a request goes ... */
export interface Site {
  readonly host: string;
  /** The host is an address already: no name to look up. */
  readonly isAddress: boolean;
  readonly port: number;
}

/** ... and what it asks for there. */
export interface Target extends Site {
  /** Path and query. */
  readonly path: string;
}

const namePattern = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?$/i;
const addressPattern = /^\d{1,3}(\.\d{1,3}){3}$/;
const urlMax = 8_000;

/** The target of a URL, or in words what is wrong with it. */
export function parseUrl(url: string, site: string): Target | string {
  if (url.length > urlMax) return `the URL is longer than ${urlMax} characters`;
  const space = url.search(/[\s\p{Cc}]/u);
  if (space >= 0) return `the URL has a blank at character ${space + 1}: ${JSON.stringify(url)}`;
  if (url.startsWith('/'))
    return { host: site, isAddress: addressPattern.test(site), port: 80, path: withoutFragment(url) };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url);
  if (scheme !== null && scheme[1]?.toLowerCase() !== 'http') {
    return `${scheme[1]}:// is not spoken here; use http://`;
  }
  const rest = scheme === null ? url : url.slice(scheme[0].length);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = withoutFragment(end < 0 ? '/' : rest.slice(end));
  const path = tail.startsWith('/') ? tail : `/${tail}`;
  const [host = '', port = '80', ...more] = authority.split(':');
  if (more.length > 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return `bad port in ${JSON.stringify(authority)}`;
  if (!namePattern.test(host)) return `bad host ${JSON.stringify(host)} in ${JSON.stringify(url)}`;
  return { host, isAddress: addressPattern.test(host), port: Number(port), path };
}

function withoutFragment(path: string): string {
  const hash = path.indexOf('#');
  return hash < 0 ? path : path.slice(0, hash);
}
