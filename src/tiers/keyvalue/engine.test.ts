/** The engine against a model that is a plain list: the same answers to whatever is drawn, also after every restart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeEntry, type KvChange } from './command';
import { KvEngine } from './engine';

interface Held {
  readonly value: unknown;
  readonly version: number;
  readonly endsAtMs: number | undefined;
}

/** As simple as it can be said. */
class Model {
  readonly held = new Map<string, Held>();
  atMs = 0;

  alive(key: string, nowMs: number): Held | undefined {
    const found = this.held.get(key);
    return found?.endsAtMs !== undefined && found.endsAtMs <= nowMs ? undefined : found;
  }
}

class Real {
  engine = new KvEngine();
  position = 1;

  constructor() {
    this.engine.install(this.engine.founding());
  }

  apply(change: KvChange, atMs: number, recovers: string | null = null) {
    const entry = encodeEntry({ id: 'test/1#1', atMs, map: null, recovers, change });
    return this.engine.apply(entry, ++this.position);
  }

  /** What the next life begins with. */
  restart(): void {
    const bytes = this.engine.serialize();
    const digest = this.engine.digest();
    this.engine = new KvEngine();
    this.engine.install(bytes);
    assert.equal(this.engine.digest(), digest);
  }
}

const keys = ['a', 'a/1', 'a/2', 'b', 'é', '\uffff', '\u{10000}'];
const inOrder = [...keys];
const key = fc.constantFrom(...keys);
const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 }));
/** Steps of time back are what another primary's clock may bring. */
const stepMs = fc.integer({ min: -50, max: 300 });

class Put implements fc.Command<Model, Real> {
  constructor(
    private readonly key: string,
    private readonly value: unknown,
    private readonly ttlMs: number | null,
    private readonly expects: 'anything' | 'this' | 'another' | 'nothing',
    private readonly stepMs: number,
  ) {}

  check = (): boolean => true;

  run(model: Model, real: Real): void {
    const wallMs = Math.max(0, model.atMs + this.stepMs);
    model.atMs = Math.max(model.atMs, wallMs);
    const before = model.alive(this.key, model.atMs);
    const version = before?.version ?? 0;
    const expected = { anything: null, this: version, another: version + 1_000, nothing: 0 }[this.expects];
    const text = JSON.stringify(this.value);
    const answer = real.apply({ what: 'put', key: this.key, text, ttlMs: this.ttlMs, expected }, wallMs);
    if (expected !== null && expected !== version) {
      assert.ok('because' in answer && answer.because === 'version-conflict' && answer.version === version);
      return;
    }
    assert.deepEqual(answer, {
      kind: 'kv.done',
      key: this.key,
      version: real.position,
      existed: before !== undefined,
    });
    const endsAtMs = this.ttlMs === null ? undefined : model.atMs + this.ttlMs;
    model.held.set(this.key, { value: this.value, version: real.position, endsAtMs });
  }

  toString = (): string => `put ${this.key} ttl=${this.ttlMs} ${this.expects} ${this.stepMs}`;
}

class Delete implements fc.Command<Model, Real> {
  constructor(
    private readonly key: string,
    private readonly isExpected: boolean,
  ) {}

  check = (): boolean => true;

  run(model: Model, real: Real): void {
    const before = model.alive(this.key, model.atMs);
    const version = before?.version ?? 0;
    const expected = this.isExpected ? version : version + 7;
    const answer = real.apply({ what: 'delete', key: this.key, expected }, model.atMs);
    if (!this.isExpected) return assert.ok('because' in answer && answer.because === 'version-conflict');
    assert.deepEqual(answer, { kind: 'kv.done', key: this.key, version: 0, existed: before !== undefined });
    model.held.delete(this.key);
  }

  toString = (): string => `delete ${this.key}`;
}

class Sweep implements fc.Command<Model, Real> {
  constructor(private readonly itemsMax: number) {}
  check = (): boolean => true;

  run(model: Model, real: Real): void {
    const { items } = real.engine.size;
    const over = [...model.held].filter(([one]) => model.alive(one, model.atMs) === undefined);
    real.apply({ what: 'sweep', itemsMax: this.itemsMax }, 0);
    const gone = Math.min(over.length, this.itemsMax);
    assert.equal(real.engine.size.items, items - gone);
    const first = over.sort(([a, x], [b, y]) => (x.endsAtMs ?? 0) - (y.endsAtMs ?? 0) || place(a) - place(b));
    for (const [one] of first.slice(0, gone)) model.held.delete(one);
    assert.equal(real.engine.hasOver(0), over.length > gone);
  }

  toString = (): string => `sweep ${this.itemsMax}`;
}

class Look implements fc.Command<Model, Real> {
  constructor(
    private readonly aheadMs: number,
    private readonly after: string | undefined,
    private readonly prefix: string,
    private readonly limit: number,
  ) {}
  check = (): boolean => true;

  run(model: Model, real: Real): void {
    const wallMs = model.atMs + this.aheadMs;
    const nowMs = Math.max(wallMs, model.atMs);
    const seen = inOrder.flatMap((one) => {
      const held = model.alive(one, nowMs);
      if (held === undefined) return [];
      const { value: its, version, endsAtMs } = held;
      return [{ key: one, value: its, version, ...(endsAtMs === undefined ? {} : { ttlLeftMs: endsAtMs - nowMs }) }];
    });
    for (const one of keys) {
      assert.deepEqual(
        real.engine.get(one, wallMs),
        seen.find((item) => item.key === one),
      );
    }
    const { after, prefix, limit } = this;
    const wanted = { prefix, limit, ...(after === undefined ? {} : { after }) };
    const matching = seen.filter(
      (item) => item.key.startsWith(prefix) && (after === undefined || place(item.key) > place(after)),
    );
    const found = real.engine.scan(wanted, wallMs, 1e9);
    assert.deepEqual(found.items, matching.slice(0, limit));
    assert.equal(found.next, matching.length > limit ? matching[limit - 1]?.key : undefined);
  }

  toString = (): string => `look ${this.aheadMs} ${this.prefix} after ${this.after} limit ${this.limit}`;
}

class Restart implements fc.Command<Model, Real> {
  check = (): boolean => true;
  run = (_model: Model, real: Real): void => real.restart();
  toString = (): string => 'restart';
}

function place(one: string): number {
  return inOrder.indexOf(one);
}

const steps = fc.commands(
  [
    fc
      .tuple(
        key,
        value,
        fc.option(fc.integer({ min: 1, max: 400 })),
        fc.constantFrom('anything' as const, 'this' as const, 'another' as const, 'nothing' as const),
        stepMs,
      )
      .map((given) => new Put(...given)),
    fc.tuple(key, fc.boolean()).map((given) => new Delete(...given)),
    fc.integer({ min: 1, max: 3 }).map((itemsMax) => new Sweep(itemsMax)),
    fc
      .tuple(
        fc.integer({ min: -200, max: 400 }),
        fc.option(key, { nil: undefined }),
        fc.constantFrom('', 'a', 'a/', 'c'),
        fc.integer({ min: 1, max: 4 }),
      )
      .map((given) => new Look(...given)),
    fc.constant(new Restart()),
  ],
  { maxCommands: 60, size: 'max' },
);

test('whatever is drawn, it answers like a list with times', () => {
  fc.assert(
    fc.property(steps, (commands) => {
      fc.modelRun(() => ({ model: new Model(), real: new Real() }), commands);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('an item lives for exactly its time, by the time of the log and by that of whoever looks', () => {
  const real = new Real();
  real.apply({ what: 'put', key: 'a', text: '1', ttlMs: 100, expected: null }, 1_000);
  assert.equal(real.engine.get('a', 1_099.9)?.ttlLeftMs?.toFixed(1), '0.1');
  assert.equal(real.engine.get('a', 1_100), undefined);
  real.apply({ what: 'put', key: 'b', text: '1', ttlMs: null, expected: null }, 1_100);
  assert.equal(real.engine.get('a', 0), undefined, 'the clock of a reader may be behind, the log is not');
});

test('a lost write that is done once more is not done twice, not even after a restart', () => {
  const real = new Real();
  const put: KvChange = { what: 'put', key: 'a', text: '1', ttlMs: null, expected: null };
  real.apply(put, 0, 'kv-1/1#1');
  real.apply({ ...put, text: '2' }, 0);
  real.restart();
  const again = real.apply(put, 0, 'kv-1/1#1');
  assert.ok('recoveredBefore' in again && again.recoveredBefore === 2);
  assert.equal(real.engine.get('a', 0)?.value, 2);
});

test('items that move keep value, version and end; what is written after them is newer', () => {
  const [from, to] = [new Real(), new Real()];
  for (let write = 0; write < 20; write++) {
    from.apply({ what: 'put', key: `k${write % 5}`, text: `${write}`, ttlMs: 1_000 + write, expected: null }, 7);
  }
  const wanted = (one: unknown): boolean => one !== 'k1';
  const units = from.engine.units(wanted, undefined, 3);
  assert.deepEqual(units, [{ key: 'k0' }, { key: 'k2' }, { key: 'k3' }]);
  assert.deepEqual(from.engine.units(wanted, units[2], 3), [{ key: 'k4' }]);
  for (const unit of [...units, { key: 'k4' }]) {
    const contents = from.engine.read(unit) ?? '';
    to.engine.write(unit, contents);
    assert.equal(to.engine.read(unit), contents);
    assert.deepEqual(to.engine.get(String(unit.key), 7), from.engine.get(String(unit.key), 7));
    from.engine.remove(unit);
  }
  assert.deepEqual([from.engine.size.items, to.engine.size.items], [1, 4]);
  const before = to.engine.get('k4', 0)?.version ?? 0;
  to.apply({ what: 'put', key: 'k4', text: '99', ttlMs: null, expected: before }, 8);
  assert.ok((to.engine.get('k4', 0)?.version ?? 0) > before);
  assert.equal(from.engine.read({ key: 'k0' }), undefined);
});
