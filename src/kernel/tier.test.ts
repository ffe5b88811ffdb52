import { throws } from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY } from 'rxjs';
import { ConfigError } from './schema';
import { freeService } from './service';
import { tier } from './tier';

const parts = {
  kind: 'echo',
  summary: 'says it again',
  port: 7,
  defaults: {},
  parse: () => ({}),
  accepts: [],
  upstreams: () => [],
  service: () => freeService,
  behave: () => () => EMPTY,
};

test('a tier that lacks a part is refused by name, before anything starts', () => {
  const lame = { ...parts };
  Reflect.deleteProperty(lame, 'upstreams');
  throws(() => tier(lame), new ConfigError('tier echo: its upstreams(...) is missing'));
  const free = tier(Object.assign({ ...parts }, { service: (): unknown => undefined }));
  throws(
    () => free.configure({}),
    new ConfigError('tier echo: its service(...) gives no service table; freeService is one'),
  );
  tier(parts).configure({});
});
