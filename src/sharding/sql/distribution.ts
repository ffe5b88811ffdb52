/** What a way to answer from several shards consists of: questions for them, and what is made of their answers. */
import type { SqlValue } from '../../protocols/sql';
import type { Part } from './context';
import type { Scratch } from './scratch';
import type { Access } from './survey';
import type { Text } from './text';

export interface Question {
  /** What it is about, for people. */
  readonly label: string;
  readonly text: Text;
  /** Where its rows are, if not everywhere; nothing for everybody who is asked at all. */
  readonly of: readonly Access[] | undefined;
}

/** What is known when answers are there. */
export interface Given {
  readonly parameters: readonly SqlValue[];
  readonly scratch: Scratch;
}

export interface Distribution {
  readonly way: 'partial' | 'gather';
  readonly questions: readonly Question[];
  /** @param answers for each question what shards answered; throws `NotTaken`. */
  merge(
    answers: readonly (readonly Part[])[],
    given: Given,
  ): { columns: readonly string[]; rows: readonly (readonly SqlValue[])[] };
}

/** From here on not every integer is a JavaScript number, which is what messages carry. */
const exactBelow = 2 ** 53;

export function isInexact(value: SqlValue | undefined): boolean {
  return typeof value === 'number' && Math.abs(value) >= exactBelow && Number.isInteger(value);
}
