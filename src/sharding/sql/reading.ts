/** A SELECT that is analysed, without its parameters. */
import type { Names, Scope } from './names';
import type { Parsed } from './parse';
import type { Access, Colocation } from './survey';
import type { Ties } from './ties';
import type { Select } from './tree';

export interface Reading {
  readonly parsed: Parsed;
  readonly select: Select;
  readonly names: Names;
  readonly scope: Scope;
  readonly ties: ReadonlyMap<Scope, Ties>;
  /** The tables of the outermost query stand first. */
  readonly accesses: readonly Access[];
  readonly colocation: Colocation;
}
