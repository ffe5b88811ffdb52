/**
 * A catalogue by the names of its modules: functions do not cross threads, so every thread loads them for itself. A
 * module exports `catalogue` (tiers, faults and jobs, each optional), or tiers of its own under any names, which take the
 * place of those of the same kind in a catalogue.
 */
import type { FaultKind } from '../../kernel/rule';
import type { Catalogue } from '../../kernel/runtime';
import { ConfigError } from '../../kernel/schema';
import type { AnyTier, JobKind } from '../../kernel/tier';
import { loadModule } from './load-module';

/** Loads the modules in order and puts what they export together; throws a `ConfigError` when two say the same name. */
export function loadCatalogue(modules: readonly string[]): Catalogue {
  const tiers = new Map<string, AnyTier>();
  const ownTiers = new Map<string, AnyTier>();
  const faults = new Map<string, FaultKind>();
  const jobs: Record<string, JobKind> = {};
  const once = (taken: boolean, what: string, path: string): void => {
    if (taken) throw new ConfigError(`${path}: there is a ${what} already; give it another name`);
  };
  for (const path of modules) {
    const exported = loadModule(path);
    const { catalogue } = exported;
    if (isCatalogue(catalogue)) {
      for (const [kind, tier] of catalogue.tiers ?? []) {
        once(tiers.has(kind), `tier ${kind}`, path);
        tiers.set(kind, tier);
      }
      for (const [kind, fault] of catalogue.faults ?? []) {
        once(faults.has(kind), `fault ${kind}`, path);
        faults.set(kind, fault);
      }
      for (const [name, job] of Object.entries(catalogue.jobs ?? {})) {
        once(Object.hasOwn(jobs, name), `job ${name}`, path);
        jobs[name] = job;
      }
      continue;
    }
    const own = Object.values(exported).filter(isTier);
    if (own.length === 0) throw new ConfigError(`${path}: exports neither a catalogue nor a tier(...)`);
    for (const tier of own) {
      const other = ownTiers.get(tier.kind);
      once(other !== undefined && other !== tier, `tier ${tier.kind}`, path);
      ownTiers.set(tier.kind, tier);
    }
  }
  return { tiers: new Map([...tiers, ...ownTiers]), faults, jobs };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCatalogue(value: unknown): value is Partial<Catalogue> {
  return (
    isRecord(value) && (value['tiers'] instanceof Map || value['faults'] instanceof Map || isRecord(value['jobs']))
  );
}

function isTier(value: unknown): value is AnyTier {
  return isRecord(value) && typeof value['kind'] === 'string' && typeof value['configure'] === 'function';
}
