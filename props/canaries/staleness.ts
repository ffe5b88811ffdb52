/** Sites whose rows stay in the cache for longer than they should. */

import { Leases } from '../../src/tiers/cache/leases';
import { Loading } from '../../src/tiers/cache/loading';
import { CacheStore } from '../../src/tiers/cache/store';
import { CachedRead } from '../../src/tiers/web/caching/read';
import type { Reading } from '../../src/tiers/web/caching/strategy';
import { bounded } from '../caching/bounded';
import { type Canary, canary, soon } from './canary';
import { asItIs, type Sabotage, sabotage, sabotageHidden } from './sabotage';

const effort = { seed: 1, runs: 30 };
const around = bounded(effort, 'write-around');
const aroundLonger = soon(bounded({ ...effort, runs: 80 }, 'write-around'), 128);
const through = bounded(effort, 'read-through');
const longGutter = bounded(effort, 'write-around', { gutterTtlMs: 60_000 });

const countsFromTheAnswer: Sabotage = (run) => {
  const lives = new Map<unknown, number>();
  const notes = sabotage(
    Loading.prototype,
    'load',
    (load) =>
      function (this: Loading, mail, body) {
        lives.set(body.key, body.seconds);
        load.call(this, mail, body);
      },
  );
  const gives = sabotageHidden(
    Loading.prototype,
    'give',
    (give) =>
      function (key, result, token, _leftS, waited) {
        return Reflect.apply(give, this, [key, result, token, lives.get(key), waited]);
      },
  );
  return notes(() => gives(run));
};

const livesOnWhenRead = sabotage(
  CacheStore.prototype,
  'answer',
  (answer) =>
    function (this: CacheStore, body) {
      const said = answer.call(this, body);
      if (said.kind === 'cache.value') answer.call(this, { kind: 'cache.touch', key: said.key, seconds: 0.4 });
      return said;
    },
);

const takesLateFills = sabotage(Leases.prototype, 'mayFill', () => () => true);

const fillsFromReplicas = sabotageHidden(
  CachedRead.prototype,
  'query',
  (query) =>
    function (fill) {
      const reading: Reading = Reflect.get(this, 'reading');
      const asked: Reading['query'] = (_whom, then) => reading.query('as-asked', then);
      Reflect.set(this, 'reading', Object.create(reading, { query: { value: asked } }));
      return Reflect.apply(query, this, [fill]);
    },
);

const longerMs = 1_000;

const keepsForLonger = sabotageHidden(
  CacheStore.prototype,
  'dropped',
  (dropped) =>
    function (answer) {
      Reflect.set(this, 'keptMs', longerMs);
      return Reflect.apply(dropped, this, [answer]);
    },
);

const showsForLonger = sabotageHidden(
  CacheStore.prototype,
  'recent',
  (recent) =>
    function (key) {
      return Reflect.apply(recent, this, [key, longerMs]);
    },
);

const keepsWhatWasDropped: Sabotage = (run) => keepsForLonger(() => showsForLonger(run));

export const stalenessCanaries: readonly Canary[] = [
  canary('a read-through whose time to live counts from the answer', through, countsFromTheAnswer, 'too stale'),
  canary('a row that lives on whenever it is read', around, livesOnWhenRead, 'too stale'),
  canary('a fill that is taken after its lease', aroundLonger, takesLateFills, 'too stale'),
  canary('a cache that is filled out of replicas', around, fillsFromReplicas, 'too stale'),
  canary('a gutter that keeps rows for as long as their home', longGutter, asItIs, 'too stale'),
  canary('what was dropped is shown for longer', bounded(effort, 'cache-aside'), keepsWhatWasDropped, 'too stale'),
];
