/** Stores of items that break one promise each. */

import { Ownership } from '../../src/sharding/ownership';
import { Collection } from '../../src/tiers/document/collection';
import { decodeEntry, encodeEntry } from '../../src/tiers/document/command';
import { DocEngine, type DocOutcome } from '../../src/tiers/document/engine';
import { KvEngine } from '../../src/tiers/keyvalue/engine';
import { Items } from '../../src/tiers/keyvalue/items';
import { documents } from '../items/documents';
import { movingPairs } from '../items/moving-pairs';
import { pairs } from '../items/pairs';
import { type Canary, canary, soon } from './canary';
import { asItIs, sabotage, sabotageHidden } from './sabotage';

const claim = pairs({ seed: 1, runs: 200 });

const comparesNothing = sabotageHidden(KvEngine.prototype, 'demand', () => () => undefined);

/** By so much its clock is late when it looks whether something is over, and early. */
const offMs = 5;
const keepsTooLong = sabotageHidden(KvEngine.prototype, 'now', () => (wallMs) => Number(wallMs) - offMs);
const endsTooSoon = sabotageHidden(KvEngine.prototype, 'now', () => (wallMs) => Number(wallMs) + offMs);

const skipsTheFirst = sabotage(Items.prototype, 'list', (list) => {
  return function (this: Items, after, lowest) {
    return [...list.call(this, after, lowest)].slice(after === undefined ? 0 : 1);
  };
});

/** Whoever comes after a page begins with the last one of that page. */
const repeatsTheLast = sabotage(Items.prototype, 'list', (list) => {
  return function (this: Items, after, lowest) {
    return list.call(this, undefined, after ?? lowest);
  };
});

const keepsOldEntries = sabotage(Collection.prototype, 'delete', () => {
  return function (this: Collection, id) {
    return this.documents.delete(id);
  };
});

const moving = movingPairs({ seed: 1, runs: 100 });

const takesOldMaps = sabotage(Ownership.prototype, 'isOld', () => () => false);

/** What is written while the slice is copied is not copied once more. */
const notesNothing = sabotage(Ownership.prototype, 'judge', (judge) => {
  return function (this: Ownership, key, part) {
    const judged = judge.call(this, key, part);
    return judged === 'noted' ? 'owned' : judged;
  };
});

/** Takes what is null in a patch for nothing said. */
class DropsNulls extends DocEngine {
  override apply(command: Uint8Array, position: number): DocOutcome {
    const entry = decodeEntry(command);
    const { change } = entry;
    if (change.what !== 'patch') return super.apply(command, position);
    const text = JSON.stringify(JSON.parse(change.text), (_name, value: unknown) => value ?? undefined);
    return super.apply(encodeEntry({ ...entry, change: { ...change, text } }), position);
  }
}

export const itemCanaries: readonly Canary[] = [
  canary('compare-and-set that compares nothing', claim, comparesNothing, 'not linearizable'),
  canary('a store that keeps what is over', claim, keepsTooLong, 'kept too long'),
  canary('a store that lets go of what is not over', claim, endsTooSoon, 'gone too soon'),
  canary('a scan that skips the first of a page', claim, skipsTheFirst, 'not found'),
  canary('a scan that repeats the last of a page', claim, repeatsTheLast, 'found twice'),
  canary('a shard that lists its pairs for whoever goes by an old map', soon(moving, 4), takesOldMaps, 'not found'),
  canary(
    'a shard that does not note what changes while it is copied',
    soon(moving, 1, 32),
    notesNothing,
    'does not come to rest',
  ),
  canary(
    'an index that is stale: it keeps what documents were',
    documents({ seed: 1, runs: 500 }),
    keepsOldEntries,
    'found otherwise',
  ),
  canary(
    'a patch that drops nulls',
    documents({ seed: 1, runs: 500, engine: () => new DropsNulls() }),
    asItIs,
    'wrong document',
  ),
];
