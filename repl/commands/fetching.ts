/**
 * What get, post, put, patch and delete have in common: whose device asks, with which headers, for how long.
 */
import type { ClientResponse } from '../../src/protocols/client';
import { freshnessHeader } from '../../src/tiers/web/freshness';
import type { FetchOptions } from '../../src/world/world';
import { response } from '../render/response';
import type { Shown } from '../shell/command';
import { client, type Fresh, fresh, patience } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option, repeated } from '../shell/options';
import { word } from '../shell/params';
import type { Shell } from '../shell/shell';

const header = word('name:value', (text): readonly [string, string] => {
  const colon = text.indexOf(':');
  if (colon < 1) throw new Mistake(`'${text}' is not a header; write name:value`);
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
});

export const fetchOptions = {
  client: option('--client <client>', client, 'whose device asks: app (JSON) or browser (HTML)'),
  timeout: option('--timeout <duration>', patience, 'how long the user waits, by default 5s'),
  fresh: option(
    '--fresh <freshness>',
    fresh,
    'how fresh the data must be: newest, any, session (what this device has seen) or a time such as 500ms',
  ),
  header: repeated('--header <name:value>', header, 'sends a header; as often as needed'),
  headers: flag('--headers', 'shows the headers of the answer as well'),
  noWait: flag('--no-wait', 'goes on at once, without the answer'),
} as const;

interface Given {
  readonly client?: string | undefined;
  readonly timeout?: number | undefined;
  readonly fresh?: Fresh | undefined;
  readonly header?: readonly (readonly [string, string])[] | undefined;
  readonly headers?: boolean | undefined;
  readonly noWait?: boolean | undefined;
}

/** Sends a request and shows what the user sees. */
export async function fetching(
  shell: Shell,
  method: string,
  url: string,
  given: Given,
  body?: unknown,
): Promise<Shown<Fetched | undefined>> {
  const asFresh = given.fresh === undefined ? [] : [[freshnessHeader, freshText(given.fresh)] as const];
  const headers = Object.fromEntries([...asFresh, ...(given.header ?? [])]);
  const options: FetchOptions = {
    ...(given.client === undefined ? {} : { client: given.client }),
    ...(given.timeout === undefined ? {} : { timeout: given.timeout }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  };
  if (given.noWait === true) {
    shell.world.start(shell.world.request(method, url, options));
    return { value: undefined, text: () => `${method} ${url} is under way` };
  }
  const answer = await shell.world.fetch(method, url, options);
  return {
    value: fetched(answer),
    text: (look) => response(answer, look, { headers: given.headers === true }),
  };
}

function freshText(wanted: Fresh): string {
  return typeof wanted === 'string' ? wanted : `${Math.round(wanted.withinMs)}ms`;
}

/** What a fetch is in TypeScript and with `--json`: a JSON body is its value, any other its text. */
export interface Fetched {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly ms: number;
  readonly via: readonly string[];
  readonly problem?: string;
}

function fetched({ status, headers, body, ms, via, problem }: ClientResponse): Fetched {
  const value = isJson(headers) ? parsed(body) : body;
  return { status, headers, body: value, ms, via, ...(problem === undefined ? {} : { problem }) };
}

function isJson(headers: Readonly<Record<string, string>>): boolean {
  return /[/+]json\b/.test(headers['content-type'] ?? '');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body; // It says that it is JSON and is not: shown as it came.
  }
}
