import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, message, parseConfig, Schema, Type, texts } from './schema';

const address = new Schema(
  Type.Object({
    city: Type.String(),
    lines: Type.Array(Type.Object({ text: Type.String() })),
    map: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  }),
);
const problems: readonly (readonly [unknown, string])[] = [
  [{ city: 7, lines: [] }, 'city: expected string, got 7'],
  [{ city: 'x', lines: [{ text: 'a' }, { text: null }] }, 'lines.1.text: expected string, got null'],
  [{ city: 'x' }, 'lines: expected required property, got nothing'],
  [{ city: 'x', lines: [], map: { a: 1.5 } }, 'map.a: expected integer, got 1.5'],
  [undefined, 'value: expected object, got nothing'],
  [10n, 'value: expected object, got 10n'],
  [{ city: 'x', lines: 'long'.repeat(20) }, `lines: expected array, got "${'long'.repeat(9)}...`],
];
for (const [value, problem] of problems) {
  test(problem, () => {
    assert.equal(address.accepts(value), false);
    assert.equal(address.problem(value), problem);
  });
}

const choice = new Schema(
  Type.Object({
    policy: Type.Optional(Type.Union([Type.Literal('lru'), Type.Literal('lfu'), Type.Literal('fifo')])),
    kept: Type.Optional(
      Type.Union([
        Type.Literal('memory'),
        Type.Object({ store: Type.Union([Type.Literal('sql'), Type.Literal('kv')]), ms: Type.Optional(Type.Number()) }),
      ]),
    ),
  }),
);
const choices: readonly (readonly [unknown, string])[] = [
  [{ policy: 'mru' }, 'policy: expected lru, lfu or fifo, got "mru"'],
  [{ kept: 'disk' }, 'kept: expected memory or an object, got "disk"'],
  [{ kept: { store: 'x' } }, 'kept.store: expected sql or kv, got "x"'],
  [{ kept: { store: 'sql', ms: 'x' } }, 'kept.ms: expected number, got "x"'],
];
for (const [value, problem] of choices) test(problem, () => assert.equal(choice.problem(value), problem));

test('what is right has no problem', () => {
  const value = { city: 'x', lines: [], more: 1 };
  assert.equal(address.accepts(value), true);
  assert.equal(address.problem(value), 'nothing wrong');
});

test('a message is told by its kind', () => {
  const ping = message('ping', { round: Type.Integer() });
  assert.ok(ping.accepts({ kind: 'ping', round: 1 }));
  assert.ok(!ping.accepts({ kind: 'pong', round: 1 }));
  assert.equal(ping.problem({ kind: 'ping', round: '1' }), 'round: expected integer, got "1"');
});

test('texts under names', () => {
  const headers = new Schema(Type.Object({ headers: texts }));
  for (const good of [{}, { host: 'a' }, JSON.parse('{"__proto__": "x", "via": ""}')]) {
    assert.ok(headers.accepts({ headers: good }));
  }
  for (const bad of [{ host: 1 }, { host: undefined }, { a: 'x', b: null }, [], ['x'], null, undefined, 'x', 7]) {
    assert.ok(!headers.accepts({ headers: bad }), JSON.stringify(bad));
  }
  assert.equal(headers.problem({ headers: { host: 1 } }), `headers: expected kind 'texts by name', got {"host":1}`);
});

const defaults = { ttlMs: 100, names: ['a'] };
const parse = parseConfig(
  Type.Object({ ttlMs: Type.Number({ minimum: 0 }), names: Type.Array(Type.String()) }),
  defaults,
);

test('a config lies over its defaults', () => {
  assert.deepEqual(parse(undefined), defaults);
  assert.deepEqual(parse({ ttlMs: 5 }), { ttlMs: 5, names: ['a'] });
  assert.deepEqual(parse({ names: [] }), { ttlMs: 100, names: [] });
  assert.deepEqual(defaults, { ttlMs: 100, names: ['a'] });
});

const refusals: readonly (readonly [unknown, string])[] = [
  [{ ttlMs: -1 }, 'config.ttlMs: expected number to be greater or equal to 0, got -1'],
  [{ names: ['a', 7] }, 'config.names.1: expected string, got 7'],
  [{ ttl: 1 }, 'config.ttl: no such setting (there are ttlMs, names)'],
  [JSON.parse('{"__proto__": 1}'), 'config.__proto__: no such setting (there are ttlMs, names)'],
  [[], 'config: expected an object, got []'],
  [null, 'config: expected an object, got null'],
  ['x', 'config: expected an object, got "x"'],
  [{ ttlMs: undefined }, 'config.ttlMs: expected number, got nothing'],
];
for (const [config, reason] of refusals) {
  test(reason, () => assert.throws(() => parse(config), new ConfigError(reason)));
}
