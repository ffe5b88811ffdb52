/** The engine against a plain list of documents: whatever is drawn, with whatever indexes, also after every restart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareKeys } from '../../algorithms/hashing/key-order';
import {
  compareScalars,
  isComparable,
  isScalar,
  type Json,
  type JsonObject,
  mergePatch,
  valueAt,
} from '../../algorithms/json';
import type { Condition } from '../../protocols/doc';
import { type DocChange, encodeEntry } from './command';
import { DocEngine } from './engine';

interface Held {
  readonly document: JsonObject;
  readonly version: number;
}

class Model {
  /** By `collection/id`. */
  readonly held = new Map<string, Held>();
}

class Real {
  engine = new DocEngine();
  position = 1;

  constructor() {
    this.engine.install(this.engine.founding());
  }

  apply(change: DocChange, recovers: string | null = null) {
    return this.engine.apply(encodeEntry({ id: 'test/1#1', map: null, recovers, change }), ++this.position);
  }

  restart(): void {
    const [bytes, digest] = [this.engine.serialize(), this.engine.digest()];
    this.engine = new DocEngine();
    this.engine.install(bytes);
    assert.equal(this.engine.digest(), digest);
  }
}

const names = ['people', 'things'];
const ids = ['1', '2', '10', 'a', '\uffff', '\u{10000}'];
const inOrder = ['1', '10', '2', 'a', '\uffff', '\u{10000}'];
const paths = ['city', 'address.city', 'age', 'tags.0'];
const bytesMax = 100_000;

const name = fc.constantFrom(...names);
const id = fc.constantFrom(...ids);
const path = fc.constantFrom(...paths);
const scalar = fc.constantFrom<null | boolean | number | string>(null, true, false, 0, 1, 1.5, 2, '1', 'Oslo', 'Rome');
const whatever = fc.oneof(
  scalar,
  scalar.map((city): Json => ({ city })),
  fc.array(scalar, { maxLength: 2 }),
);
/** No two need look alike. */
const document = fc
  .uniqueArray(fc.tuple(fc.constantFrom('city', 'address', 'age', 'tags', '__proto__'), whatever), {
    selector: ([member]) => member,
  })
  .map((members): JsonObject => Object.fromEntries(members));
const condition = fc.record({
  path,
  is: fc.constantFrom('=', '=', '<', '<=', '>', '>=') as fc.Arbitrary<Condition['is']>,
  value: scalar,
});

class Write implements fc.Command<Model, Real> {
  constructor(
    private readonly what: 'put' | 'patch' | 'delete',
    private readonly place: readonly [collection: string, id: string],
    private readonly given: JsonObject,
    private readonly expects: 'anything' | 'this' | 'another',
  ) {}
  check = (): boolean => true;

  run({ held }: Model, real: Real): void {
    const [collection, one] = this.place;
    const at = `${collection}/${one}`;
    const before = held.get(at);
    const version = before?.version ?? 0;
    const expected = { anything: null, this: version, another: version + 1_000 }[this.expects];
    const place = { collection, id: one, expected };
    const text = JSON.stringify(this.given);
    const change: DocChange =
      this.what === 'delete'
        ? { what: 'delete', ...place }
        : this.what === 'put'
          ? { what: 'put', ...place, text }
          : { what: 'patch', ...place, text, bytesMax };
    const answer = real.apply(change);
    if (this.expects === 'another') {
      return assert.ok('because' in answer && answer.because === 'version-conflict' && answer.version === version);
    }
    if (this.what === 'patch' && before === undefined) {
      return assert.ok('because' in answer && answer.because === 'not-found');
    }
    const is = this.what === 'delete' ? 0 : real.position;
    const existed = before !== undefined;
    assert.deepEqual(answer, { kind: 'doc.done', collection, id: one, version: is, existed });
    if (this.what === 'delete') held.delete(at);
    else {
      const next = this.what === 'put' ? this.given : mergePatch(before?.document, this.given);
      held.set(at, { document: next as JsonObject, version: is });
    }
  }

  toString = (): string => `${this.what} ${this.place.join('/')} ${JSON.stringify(this.given)} ${this.expects}`;
}

class Index implements fc.Command<Model, Real> {
  constructor(
    private readonly collection: string,
    private readonly path: string,
    private readonly keep: boolean,
  ) {}
  check = (): boolean => true;

  run(_model: Model, real: Real): void {
    const answer = real.apply({ what: 'index', collection: this.collection, path: this.path, keep: this.keep });
    assert.ok(answer !== undefined && 'paths' in answer && answer.paths.includes(this.path) === this.keep);
  }

  toString = (): string => `index ${this.collection} ${this.path} ${this.keep}`;
}

class Look implements fc.Command<Model, Real> {
  constructor(
    private readonly collection: string,
    private readonly where: readonly Condition[],
    private readonly after: string | undefined,
    private readonly limit: number,
  ) {}
  check = (): boolean => true;

  run({ held }: Model, real: Real): void {
    const { collection, after, limit } = this;
    const all = inOrder.flatMap((one) => {
      const there = held.get(`${collection}/${one}`);
      assert.equal(
        JSON.stringify(real.engine.get(collection, one)),
        there && JSON.stringify({ id: one, document: plain(there.document), version: there.version }),
      );
      return there === undefined ? [] : [{ id: one, ...there }];
    });
    const matching = all.filter(
      (one) => (after === undefined || compareKeys(one.id, after) > 0) && this.where.every((each) => meets(one, each)),
    );
    const wanted = { collection, where: [...this.where], limit, ...(after === undefined ? {} : { after }) };
    const found = real.engine.find(wanted, bytesMax);
    assert.deepEqual(
      found.documents.map((one) => one.id),
      matching.slice(0, limit).map((one) => one.id),
    );
    if (found.next === undefined) assert.ok(matching.length <= limit);
    const { index } = found;
    const conditions = this.where.filter((one) => one.path === index);
    const among = all.filter((one) => conditions.every((each) => isNear(one, each)));
    assert.ok(found.looked >= found.documents.length && found.looked <= among.length);
  }

  toString = (): string => `find ${this.collection} ${JSON.stringify(this.where)} after ${this.after} ${this.limit}`;
}

/** Said once more, and otherwise than the engine says it. */
function meets({ document: of }: Held, { path: at, is, value }: Condition): boolean {
  const there = valueAt(of, at);
  if (!isScalar(there) || !isComparable(there, value)) return false;
  const way = Math.sign(compareScalars(there, value));
  return { '=': [0], '<': [-1], '<=': [-1, 0], '>': [1], '>=': [1, 0] }[is].includes(way);
}

/** Whether an index has to be looked into there: it knows no open ends. */
function isNear({ document: of }: Held, { path: at, is, value }: Condition): boolean {
  const there = valueAt(of, at);
  if (!isScalar(there)) return false;
  const way = compareScalars(there, value);
  return is === '=' ? way === 0 : is === '<' || is === '<=' ? way <= 0 : way >= 0;
}

function plain(value: JsonObject): unknown {
  return JSON.parse(JSON.stringify(value));
}

class Restart implements fc.Command<Model, Real> {
  check = (): boolean => true;
  run = (_model: Model, real: Real): void => real.restart();
  toString = (): string => 'restart';
}

const expects = fc.constantFrom('anything' as const, 'anything' as const, 'this' as const, 'another' as const);
const what = fc.constantFrom('put' as const, 'put' as const, 'patch' as const, 'delete' as const);
const steps = fc.commands(
  [
    fc.tuple(what, fc.tuple(name, id), document, expects).map((given) => new Write(...given)),
    fc.tuple(what, fc.tuple(name, id), document, expects).map((given) => new Write(...given)),
    fc.tuple(name, path, fc.boolean()).map((given) => new Index(...given)),
    fc
      .tuple(
        name,
        fc.array(condition, { maxLength: 3 }),
        fc.option(id, { nil: undefined }),
        fc.integer({ min: 1, max: 4 }),
      )
      .map((given) => new Look(...given)),
    fc.constant(new Restart()),
  ],
  { maxCommands: 60, size: 'max' },
);

test('whatever is drawn, with whatever indexes, it finds what a list finds', () => {
  fc.assert(
    fc.property(steps, (commands) => {
      fc.modelRun(() => ({ model: new Model(), real: new Real() }), commands);
    }),
    { seed: 1, numRuns: 400 },
  );
});

function filled(count: number): Real {
  const real = new Real();
  for (let number = 0; number < count; number++) {
    const text = JSON.stringify({ city: `city ${number % 10}`, age: number });
    real.apply({ what: 'put', collection: 'people', id: `p${number}`, text, expected: null });
  }
  return real;
}

test('an index is looked into instead of everything, for a value and for a range', () => {
  const real = filled(100);
  const one = { collection: 'people', where: [{ path: 'city', is: '=' as const, value: 'city 3' }], limit: 100 };
  const range = {
    collection: 'people',
    where: [
      { path: 'age', is: '>=' as const, value: 20 },
      { path: 'age', is: '<' as const, value: 25 },
    ],
    limit: 100,
  };
  const bare = [one, range].map((wanted) => real.engine.find(wanted, bytesMax));
  assert.deepEqual(
    bare.map(({ looked, index, documents }) => [looked, index, documents.length]),
    [
      [100, undefined, 10],
      [100, undefined, 5],
    ],
  );
  for (const path of ['city', 'age']) real.apply({ what: 'index', collection: 'people', path, keep: true });
  const indexed = [one, range].map((wanted) => real.engine.find(wanted, bytesMax));
  assert.deepEqual(
    indexed.map(({ looked, index }) => [looked, index]),
    [
      [10, 'city'],
      [6, 'age'],
    ],
  );
  assert.deepEqual(
    indexed.map(({ documents }) => documents),
    bare.map(({ documents }) => documents),
  );
});

test('a patch may not make a document larger than documents may be, and so many indexes are enough', () => {
  const real = filled(1);
  const place = { collection: 'people', id: 'p0', expected: null };
  const patch = { what: 'patch', ...place, text: '{"note":"0123456789"}', bytesMax: 30 } as const;
  const answer = real.apply(patch);
  assert.ok('because' in answer && answer.because === 'limit');
  assert.deepEqual(real.engine.get('people', 'p0')?.document, { city: 'city 0', age: 0 });
  const indexes = Array.from({ length: 17 }, (_, at) =>
    real.apply({ what: 'index', collection: 'people', path: `p${at}`, keep: true }),
  );
  assert.deepEqual(
    indexes.map((each) => 'because' in each),
    [...Array<boolean>(16).fill(false), true],
  );
});

test('documents move one by one, and are found by the indexes where they come to', () => {
  const [from, to] = [filled(10), new Real()];
  const text = '{"owner":"p3"}';
  from.apply({ what: 'put', collection: 'people-too', id: 'p/3', text, expected: null });
  to.apply({ what: 'index', collection: 'people', path: 'city', keep: true });
  const wanted = (key: unknown): boolean => key !== 'people/p4';
  assert.deepEqual(from.engine.units(wanted, undefined, 1), [{ key: 'people-too/p/3' }], 'a dash is below a slash');
  const units = from.engine.units(wanted, { key: 'people/p2' }, 2);
  assert.deepEqual(units, [{ key: 'people/p3' }, { key: 'people/p5' }]);
  for (const unit of [...units, { key: 'people-too/p/3' }]) {
    const contents = from.engine.read(unit) ?? '';
    to.engine.write(unit, contents);
    assert.equal(to.engine.read(unit), contents);
    from.engine.remove(unit);
    assert.equal(from.engine.read(unit), undefined);
  }
  assert.deepEqual([from.engine.size.documents, to.engine.size.documents], [8, 3]);
  assert.deepEqual(
    to.engine.held.tables.map(({ table, rows }) => [table, rows]),
    [
      ['people', 2],
      ['people-too', 1],
    ],
  );
  const where = [{ path: 'city', is: '=' as const, value: 'city 3' }];
  const { index, documents } = to.engine.find({ collection: 'people', where, limit: 5 }, bytesMax);
  assert.deepEqual([index, documents.map((one) => one.id)], ['city', ['p3']]);
  assert.equal(to.engine.get('people-too', 'p/3')?.version, 12);
  const answer = to.apply({ what: 'put', collection: 'people-too', id: 'p/3', text, expected: 12 });
  assert.ok('version' in answer && (answer.version ?? 0) > 12);
});
