/** Replays a trace of requests through a cache server and counts how often it had what was asked for. */
import { policyNames } from '../../src/algorithms/cache/policies';
import { count as countText, percent } from '../../src/drawing/numbers';
import { Refusal } from '../../src/world/quantities';
import { TraceCache } from '../../src/world/trace-cache';
import { pairs } from '../render/table';
import { command, type Shown } from '../shell/command';
import { count } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { option } from '../shell/options';
import { word } from '../shell/params';
import { breathe } from '../shell/passing';
import { traceBatches } from '../trace-file';

const capacityMax = 10_000_000;

const file = word('file', (text) => text);

const policy = word(
  'lru|lfu|fifo',
  (text) => {
    const found = policyNames.find((name) => name === text);
    if (found === undefined) throw new Refusal(`there is no policy ${text} (policies: ${policyNames.join(', ')})`);
    return found;
  },
  { type: "'lru' | 'lfu' | 'fifo'", complete: () => policyNames },
);

export const replayTrace = command({
  name: 'replay-trace',
  callName: 'replayTrace',
  group: 'data',
  summary: 'replay a file of keys through a cache server of its own, and count how often it had what was asked for',
  examples: [
    { line: 'replay-trace multi1.trace --policy lfu --capacity 500', text: 'one key a line, or lines of ARC' },
    { line: 'replay-trace multi1.trace --capacity 500', text: 'least recently used, as by default' },
  ],
  params: { file },
  options: {
    policy: option('--policy <policy>', policy, 'who goes when there is no room: lru (the default), lfu or fifo'),
    capacity: option('--capacity <count>', count, 'how many entries it holds'),
  },
  returns: '{ requests: number, hits: number, misses: number, ratio: number }',
  run: async ({ file: path, policy: name = 'lru', capacity }, shell): Promise<Shown> => {
    if (capacity === undefined) throw new Mistake('--capacity is missing: how many entries the cache holds');
    if (capacity > capacityMax)
      throw new Mistake(`--capacity ${capacity} is more than a server can hold: ${capacityMax}`);
    const cache = new TraceCache(name, capacity);
    try {
      for await (const { keys, share } of traceBatches(path)) {
        cache.ask(keys);
        shell.progress(`${path}: ${percent(share)}, ${countText(cache.count.requests)} requests`);
        await breathe(shell.signal);
      }
      const { requests, hits, misses } = cache.count;
      if (requests === 0) throw new Refusal(`${path} asks for nothing: there is no key in it`);
      const ratio = hits / requests;
      const rows = [
        ['requests', countText(requests)],
        ['hits', countText(hits)],
        ['misses', countText(misses)],
        ['ratio', `${(ratio * 100).toFixed(2)}%`],
      ] as const;
      return { value: { requests, hits, misses, ratio }, text: (look) => pairs(rows, look) };
    } finally {
      cache.close();
      shell.progress('');
    }
  },
});
