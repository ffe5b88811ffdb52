import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machine } from '../../kernel/machine';
import { parseConfig, Type } from '../../kernel/schema';
import { freeService } from '../../kernel/service';
import { tier } from '../../kernel/tier';
import { Trial } from '../simulated/trial';

const defaults = { ttlMs: 1_000, sizeMax: 10 };
const settled = tier({
  kind: 'settled',
  summary: 'has settings',
  port: 1,
  defaults,
  parse: parseConfig(Type.Object({ ttlMs: Type.Number(), sizeMax: Type.Number() }), defaults),
  accepts: [],
  upstreams: () => [],
  service: () => freeService,
  behave: () =>
    machine(
      () => undefined,
      () => undefined,
    ),
});

test('the census tells of the config that is in force, through lives as well', () => {
  const trial = new Trial({ tiers: [settled], nodes: { 'settled-1': { config: { sizeMax: 5 } } } });
  const config = (): unknown => trial.census().nodes[0]?.spec.config;
  assert.deepEqual(config(), { sizeMax: 5 });
  trial.do({ verb: 'configure', node: 'settled-1', config: { ttlMs: 7 } });
  assert.deepEqual(config(), { sizeMax: 5, ttlMs: 7 });
  trial.do({ verb: 'kill', node: 'settled-1' });
  trial.do({ verb: 'restart', node: 'settled-1' });
  assert.deepEqual(config(), { sizeMax: 5, ttlMs: 7 });
});
