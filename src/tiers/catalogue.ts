/**
 * Every tier by its kind. A new one is a folder beside this and a line here; the shell, the conformance suite and the
 * threads then have it.
 */
import { type AnyTier, tier } from '../kernel/tier';
import { balancer } from './balancer';
import { cache } from './cache';
import { client } from './client';
import { cloud } from './cloud';
import { database } from './database';
import { dns } from './dns';
import { documentStore } from './document';
import { keyValue } from './keyvalue';
import { observer } from './observer';
import { placement } from './placement';
import { router } from './router';
import { web } from './web';

const all: readonly AnyTier[] = [
  tier(client),
  tier(dns),
  tier(balancer),
  tier(web),
  tier(cache),
  tier(database),
  tier(keyValue),
  tier(documentStore),
  tier(observer),
  tier(placement),
  tier(router),
  tier(cloud),
];

/** Hand it to a runtime as part of its catalogue. */
export const tiers: ReadonlyMap<string, AnyTier> = new Map(all.map((one) => [one.kind, one]));
