/**
 * Messages and configs described once: the schema gives the static type, the check on arrival and the one-line error.
 * Compiled on first use, because a start-up that compiles every schema is felt at the prompt.
 */
import {
  Kind,
  type Static,
  type TObject,
  type TProperties,
  type TSchema,
  type TUnsafe,
  Type,
  TypeGuard,
  TypeRegistry,
} from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import type { Body } from './envelope';

export { type Static, type TObject, type TProperties, Type } from '@sinclair/typebox';

/** Checks a value from outside, and says in one line what is wrong with it. */
export class Schema<S extends TSchema = TSchema> {
  private compiled: TypeCheck<S> | undefined;

  constructor(readonly type: S) {}

  accepts(value: unknown): value is Static<S> {
    this.compiled ??= TypeCompiler.Compile(this.type);
    return this.compiled.Check(value);
  }

  /** The first thing wrong with a value: `address.city: expected string, got 7`. */
  problem(value: unknown): string {
    this.compiled ??= TypeCompiler.Compile(this.type);
    return problemIn(this.compiled, value, []);
  }
}

function problemIn(compiled: TypeCheck<TSchema>, value: unknown, above: readonly string[]): string {
  const first = compiled.Errors(value).First();
  if (first === undefined) return 'nothing wrong';
  const path = [...above, ...first.path.slice(1).split('/').filter(Boolean)];
  const choices = TypeGuard.IsUnion(first.schema) ? first.schema.anyOf : [];
  const shapes = choices.filter(TypeGuard.IsObject);
  const [shape] = shapes;
  // Whoever gave an object meant the one choice that is one: what is wrong in there is of more use.
  if (shapes.length === 1 && shape !== undefined && isRecord(first.value)) {
    return problemIn(TypeCompiler.Compile(shape), first.value, path);
  }
  const message = choices.length > 0 ? `expected ${named(choices)}` : first.message;
  const problem = message.charAt(0).toLowerCase() + message.slice(1);
  return `${path.length === 0 ? 'value' : path.join('.')}: ${problem}, got ${brief(first.value)}`;
}

/** `lru, lfu or fifo`. */
function named(choices: readonly TSchema[]): string {
  const names = choices.map((choice) => (TypeGuard.IsLiteral(choice) ? String(choice.const) : aKind(choice)));
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

function aKind({ type }: TSchema): string {
  if (typeof type !== 'string') return 'something else';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** The kind of `texts`, in the words of its error message. */
const textsKind = 'texts by name';
TypeRegistry.Set(textsKind, (_schema, value) => isRecord(value) && holdsTexts(value));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsTexts(record: Record<string, unknown>): boolean {
  for (const name in record) if (typeof record[name] !== 'string') return false;
  return true;
}

/**
 * A record of texts under any names, such as headers. `Type.Record` says the same, and checks it with a regular
 * expression per name: nine times as long, on every hop of every request.
 */
export const texts: TUnsafe<Record<string, string>> = Type.Unsafe({ [Kind]: textsKind });

/**
 * A text that a function judges, where a pattern could not say it.
 *
 * @param what it is, in the words of the error message; no other kind may have this name
 */
export function checkedText(what: string, accepts: (text: string) => boolean): TUnsafe<string> {
  TypeRegistry.Set(what, (_schema, value) => typeof value === 'string' && accepts(value));
  return Type.Unsafe({ [Kind]: what });
}

/** One kind of message: its name and its shape. */
export interface Message<B extends Body = Body> {
  readonly kind: string;
  accepts(value: unknown): value is B;
  problem(value: unknown): string;
}

type MessageBody<K extends string, P extends TProperties> = { readonly kind: K } & Readonly<Static<TObject<P>>>;

/**
 * Describes one kind of message.
 *
 * @example
 * const ping = message('health.ping', { round: Type.Integer() });
 * type Ping = BodyOf<typeof ping>; // { readonly kind: 'health.ping'; readonly round: number }
 */
export function message<K extends string, P extends TProperties>(kind: K, properties: P): Message<MessageBody<K, P>> {
  const schema = new Schema(Type.Object({ kind: Type.Literal(kind), ...properties }));
  return {
    kind,
    accepts: (value): value is MessageBody<K, P> => schema.accepts(value),
    problem: (value) => schema.problem(value),
  };
}

/** The body that a message description stands for. */
export type BodyOf<M> = M extends Message<infer B> ? B : never;

/** A config that cannot be used; the text says where and why. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * A tier's `parse`: lays what was given over the defaults and checks the result. Settings that do not exist are
 * refused, since a misspelt one would otherwise silently do nothing.
 */
export function parseConfig<P extends TProperties>(
  type: TObject<P>,
  defaults: Static<TObject<P>>,
): (config: unknown) => Static<TObject<P>> {
  const schema = new Schema(type);
  return (config) => {
    if (config === undefined) return defaults;
    if (typeof config !== 'object' || config === null || Array.isArray(config)) {
      throw new ConfigError(`config: expected an object, got ${brief(config)}`);
    }
    const known = Object.keys(type.properties);
    const stray = Object.keys(config).find((key) => !known.includes(key));
    if (stray !== undefined) throw new ConfigError(`config.${stray}: no such setting (there are ${known.join(', ')})`);
    const merged: unknown = { ...(defaults as object), ...config };
    if (!schema.accepts(merged)) throw new ConfigError(`config.${schema.problem(merged)}`);
    return merged;
  };
}

function brief(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
