/**
 * Options: `--stay`, or with a value `--timeout 2s`, `--header a:b --header c:d`. In a call they are an object's fields.
 */
import type { Param } from './params';
import type { Reader } from './reader';

export interface Option<T> {
  /** `--timeout <duration>`; the name is that of its place in the record, in camel case. */
  readonly usage: string;
  /** What it does, for `help`. */
  readonly text: string;
  /** What its value is; absent for a flag. */
  readonly param?: Param<unknown>;
  /** The TypeScript type of its value in a call. */
  readonly type: string;
  /** Collects what is given, once or several times. */
  collect(): Collector<T>;
}

export interface Collector<T> {
  /** Takes one value; flags are handed no reader. */
  add(reader: Reader): void;
  readonly value: T | undefined;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** `--stay`. */
export function flag(usage: string, text: string): Option<boolean> {
  return { usage, text, type: 'boolean', collect: () => new Last(() => true) };
}

/** `--timeout <duration>`; the last one counts. */
export function option<T>(usage: string, param: Param<T>, text: string): Option<T> {
  return { usage, text, param, type: typeIn(param), collect: () => new Last((reader) => param.take(reader)) };
}

/** `--header <k:v>`, as often as needed. */
export function repeated<T>(usage: string, param: Param<T>, text: string): Option<readonly T[]> {
  const type = `${typeIn(param)} | ${typeIn(param)}[]`;
  return { usage, text, param, type, collect: () => new All((reader) => param.take(reader)) };
}

class Last<T> implements Collector<T> {
  value: T | undefined;

  constructor(private readonly take: (reader: Reader) => T) {}

  add(reader: Reader): void {
    this.value = this.take(reader);
  }
}

class All<T> implements Collector<readonly T[]> {
  readonly value: T[] = [];

  constructor(private readonly take: (reader: Reader) => T) {}

  add(reader: Reader): void {
    this.value.push(this.take(reader));
  }
}

function typeIn(param: Param<unknown>): string {
  return param.signature('x').replace(/^x\??: /, '');
}

/** `oneWay` as it is typed: `one-way`. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
