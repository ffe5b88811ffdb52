/**
 * Claim: a document store finds what a list of documents has, by whatever indexes, and patches as RFC 7396 says; also after
 * it was read from its snapshot again.
 */
import fc from 'fast-check';
import type { Condition } from '../../src/protocols/doc';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/claim';
import { type DocChange, encodeEntry } from '../../src/tiers/document/command';
import { DocEngine } from '../../src/tiers/document/engine';

type Value = null | number | string | { readonly [name: string]: Value };
type Document = { readonly [name: string]: Value };

type Step =
  | { readonly what: 'put' | 'patch'; readonly id: string; readonly document: Document }
  | { readonly what: 'delete'; readonly id: string }
  | { readonly what: 'index'; readonly path: string; readonly keep: boolean }
  | { readonly what: 'find'; readonly condition: Condition }
  | { readonly what: 'restart' };

const id = fc.constantFrom('1', '2', '3', '4');
const leaf: fc.Arbitrary<Value> = fc.constantFrom<Value[]>(null, 1, 2, 3, 'x');
const document: fc.Arbitrary<Document> = fc.dictionary(
  fc.constantFrom('a', 'b'),
  fc.oneof(leaf, fc.dictionary(fc.constantFrom('c', 'd'), leaf, { maxKeys: 2 })),
  { maxKeys: 2 },
);
const path = fc.constantFrom('a', 'b', 'a.c', 'b.d');
const is = fc.constantFrom<Condition['is'][]>('=', '<', '<=', '>', '>=');
const condition: fc.Arbitrary<Condition> = fc.record({ path, is, value: fc.constantFrom(1, 2, 3, 'x') });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constantFrom('put' as const, 'patch' as const), id, document }),
  fc.record({ what: fc.constantFrom('put' as const, 'patch' as const), id, document }),
  fc.record({ what: fc.constant('delete' as const), id }),
  fc.record({ what: fc.constant('index' as const), path, keep: fc.constantFrom(true, true, false) }),
  fc.record({ what: fc.constant('find' as const), condition }),
  fc.record({ what: fc.constant('find' as const), condition }),
  fc.constant({ what: 'restart' as const }),
);

/** Asked after every step, besides what is drawn. */
const asked: readonly Condition[] = [
  { path: 'a', is: '>=', value: 1 },
  { path: 'a.c', is: '=', value: 'x' },
  { path: 'b', is: '<', value: 3 },
];

export interface DocumentOptions extends Effort {
  /** The engine that is judged. */
  readonly engine?: () => DocEngine;
}

export function documents({ engine = () => new DocEngine(), ...effort }: DocumentOptions): Claim<readonly Step[]> {
  return {
    ...effort,
    name: 'a document store finds and patches what a list has',
    draw: fc.array(step, { minLength: 30, maxLength: 80, size: 'max' }),
    attempt: (steps) => attempt(steps, engine),
    show: (steps) => ({ lines: steps.map((one) => JSON.stringify(one)) }),
  };
}

function attempt(steps: readonly Step[], make: () => DocEngine): Finding {
  let engine = make();
  engine.install(engine.founding());
  const list = new Map<string, Document>();
  let position = 1;
  let found = 0;
  const apply = (change: DocChange): void => {
    engine.apply(encodeEntry({ id: 'user/1#1', map: null, recovers: null, change }), ++position);
  };
  for (const one of steps) {
    const place = { collection: 'all', expected: null };
    switch (one.what) {
      case 'put':
        apply({ ...place, what: 'put', id: one.id, text: JSON.stringify(one.document) });
        list.set(one.id, one.document);
        break;
      case 'patch': {
        apply({ ...place, what: 'patch', id: one.id, text: JSON.stringify(one.document), bytesMax: 10_000 });
        const before = list.get(one.id);
        if (before !== undefined) list.set(one.id, merged(before, one.document));
        break;
      }
      case 'delete':
        apply({ ...place, what: 'delete', id: one.id });
        list.delete(one.id);
        break;
      case 'index':
        apply({ what: 'index', collection: 'all', path: one.path, keep: one.keep });
        break;
      case 'find':
        found += demandFound(engine, list, one.condition);
        break;
      case 'restart': {
        const bytes = engine.serialize();
        engine = make();
        engine.install(bytes);
      }
    }
    demandSame(engine, list);
    for (const each of asked) found += demandFound(engine, list, each);
  }
  return found === 0 ? 'nothing was found' : undefined;
}

function demandSame(engine: DocEngine, list: ReadonlyMap<string, Document>): void {
  for (const [one, document] of list) {
    const is = JSON.stringify(sorted(engine.get('all', one)?.document));
    const wanted = JSON.stringify(sorted(document));
    if (is !== wanted) throw new Violation('wrong document', `${one} is ${is}, and should be ${wanted}`);
  }
}

function demandFound(engine: DocEngine, list: ReadonlyMap<string, Document>, condition: Condition): number {
  const wanted = [...list].flatMap(([one, document]) => (meets(document, condition) ? [one] : [])).sort();
  const found = engine.find({ collection: 'all', where: [condition], limit: 100 }, 1e9);
  const ids = found.documents.map((each) => each.id);
  if (ids.join() !== wanted.join()) {
    const by = found.index === undefined ? 'without an index' : `by the index on ${found.index}`;
    throw new Violation('found otherwise', `${JSON.stringify(condition)} finds ${ids} ${by}, and not ${wanted}`);
  }
  return ids.length;
}

/** As the RFC writes it. */
function merged(target: Document, patch: Document): Document {
  const result: Record<string, Value> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const before = result[name];
    if (value === null) delete result[name];
    else result[name] = isDocument(value) ? merged(isDocument(before) ? before : {}, value) : value;
  }
  return result;
}

function meets(document: Document, { path: at, is: how, value }: Condition): boolean {
  let there: Value | undefined = document;
  for (const name of at.split('.')) there = isDocument(there) ? there[name] : undefined;
  if (typeof there !== typeof value || (typeof there !== 'number' && typeof there !== 'string') || value === null)
    return false;
  if (how === '=') return there === value;
  if (how === '<') return there < value;
  if (how === '<=') return there <= value;
  return how === '>' ? there > value : there >= value;
}

function isDocument(value: Value | undefined): value is Document {
  return typeof value === 'object' && value !== null;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]): [string, unknown] => [name, sorted(member)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
