/**
 * How a load fared: what became of its requests, how long they took, and the same in one sentence.
 */

import { type Look, oneLine, page, palette, wrap } from '../../src/drawing/look';
import { count, duration, durationOfMs, percent, rate } from '../../src/drawing/numbers';
import type { ClientReport } from '../../src/protocols/client';
import { table } from './table';

/** `load`, `load stop`: table, failures by what the user saw, and a sentence. */
export function report(load: ClientReport, look: Look): string {
  const { bad, quiet } = palette(look);
  const figures = table(
    [load],
    [
      { title: 'sent', cell: ({ sent }) => sent },
      { title: 'ok', cell: ({ ok }) => ok },
      { title: 'failed', cell: ({ failed }) => failed, paint: (text) => (text === '0' ? text : bad(text)) },
      { title: 'rate', cell: ({ ok, seconds }) => (seconds > 0 ? rate(ok / seconds) : '-'), align: 'right', keep: 4 },
      { title: 'p50', cell: ({ p50Ms, ok }) => latency(p50Ms, ok), align: 'right', keep: 3 },
      { title: 'p95', cell: ({ p95Ms, ok }) => latency(p95Ms, ok), align: 'right', keep: 2 },
      { title: 'p99', cell: ({ p99Ms, ok }) => latency(p99Ms, ok), align: 'right', keep: 5 },
      { title: 'max', cell: ({ maxMs, ok }) => latency(maxMs, ok), align: 'right', keep: 1 },
    ],
    look,
  );
  const failures = Object.entries(load.failures).sort(([, a], [, b]) => b - a);
  const sentence = wrap(sentenceOf(load), look.columns).map(quiet);
  return [
    figures,
    page([...failures.map(([what, times]) => bad(`${count(times)} × ${oneLine(what)}`)), ...sentence], look),
  ].join('\n');
}

function latency(ms: number, ok: number): string {
  return ok === 0 ? '-' : durationOfMs(ms);
}

/** `990 of 1,000 requests in 10 s were answered well (99%): half of all answers within 12 ms, 99 in 100 within 45 ms` */
function sentenceOf({ running, seconds, sent, ok, failed, p50Ms, p99Ms, retries = 0 }: ClientReport): string {
  const time = duration(seconds * 1e6);
  if (sent === 0) return running ? `nothing was sent yet, after ${time}` : 'nothing was sent';
  const over = ok + failed;
  const out = sent > over ? `; ${count(sent - over)} ${sent - over === 1 ? 'is' : 'are'} still out` : '';
  const again = retries > 0 ? `; ${count(retries)} ${retries === 1 ? 'retry' : 'retries'}` : '';
  const under = `${again}${out}${running ? '; the load goes on until load stop' : ''}`;
  if (over === 0) return `no request of ${count(sent)} in ${time} has been answered yet${under}`;
  const well = `${count(ok)} of ${count(over)} requests in ${time} were answered well (${percent(ok / over)})`;
  if (ok === 0) return `${well}${under}`;
  return `${well}: half of all answers within ${durationOfMs(p50Ms)}, 99 in 100 within ${durationOfMs(p99Ms)}${under}`;
}
