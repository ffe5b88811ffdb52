/**
 * How a kind of fault is declared: its fields, how it reads, what it does. The check of its data is the same for all.
 */
import type { Fault, FaultKind } from '../kernel/rule';
import { ConfigError, Schema, type Static, type TObject, type TProperties, Type } from '../kernel/schema';

/** What a module of `src/faults` says of its kind. */
export interface Declaration<K extends string, P extends TProperties> {
  readonly kind: K;
  readonly properties: P;
  /** What the types cannot say, in words, or `undefined` if all is well: `node or both a and b`. */
  readonly problem?: (spec: SpecOf<K, P>) => string | undefined;
  /** In the words of the prompt's verb: `partition web-1 | db-1`. */
  readonly describe: (spec: SpecOf<K, P>) => string;
  /** `text` is what `describe` says, for the reasons in drops. */
  readonly make: (spec: SpecOf<K, P>, text: string) => Fault;
}

/** The data of a fault: its kind and its fields. */
export type SpecOf<K extends string, P extends TProperties> = { readonly kind: K } & Readonly<Static<TObject<P>>>;

/**
 * Closes a declaration into what the catalogue holds.
 *
 * @example
 * const spec = partition.parse({ kind: 'partition', a: 'web-1', b: 'db-1' });
 * partition.describe(spec); // 'partition web-1 | db-1'
 */
export function faultKind<K extends string, P extends TProperties>(of: Declaration<K, P>): FaultKind<SpecOf<K, P>> {
  const { kind, properties, describe, make, problem } = of;
  const known = ['kind', ...Object.keys(properties)];
  const schema = new Schema(Type.Object({ kind: Type.Literal(kind), ...properties }));
  const accepts = (spec: unknown): spec is SpecOf<K, P> => schema.accepts(spec);
  return {
    kind,
    parse(spec) {
      if (!accepts(spec)) throw new ConfigError(`${kind}.${schema.problem(spec)}`);
      const stray = Object.keys(spec).find((key) => !known.includes(key));
      if (stray !== undefined) {
        throw new ConfigError(`${kind}.${stray}: no such field (there are ${known.slice(1).join(', ')})`);
      }
      const wrong = problem?.(spec);
      if (wrong !== undefined) throw new ConfigError(`${kind}: ${wrong}`);
      return spec;
    },
    describe,
    make: (spec) => make(spec, describe(spec)),
  };
}
