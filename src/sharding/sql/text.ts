/**
 * Statements put together from pieces of the original text. Each `?` goes along with its piece, so that parameters are in
 * the order in which the new text has them.
 */
import type { SqlValue } from '../../protocols/sql';
import type { Sent } from './context';
import type { Parsed } from './parse';
import type { Span } from './tree';

/** A `?`: a parameter that was given, or what LIMIT and OFFSET ask of each shard. */
export type Mark = { readonly place: number | 'pushed limit' };

/** Text, and what stands in it for parameters. */
export type Text = readonly (string | Mark)[];

export interface Edit extends Span {
  readonly text: Text;
}

/** Text with texts in it. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Text | string)[]): Text {
  return strings.flatMap((string, index) => {
    const value = values[index] ?? [];
    return typeof value === 'string' ? [string, value] : [string, ...value];
  });
}

export function joined(texts: readonly Text[], by: string): Text {
  return texts.flatMap((text, index) => (index === 0 ? text : [by, ...text]));
}

/** A piece of the original, with other texts in the place of some of it. Of edits within each other the outer one counts. */
export function cut(parsed: Parsed, span: Span, edits: readonly Edit[] = []): Text {
  const pieces: (string | Mark)[] = [];
  let done = span.from;
  const upTo = (end: number): void => {
    for (const [place, at] of parsed.parametersAt.entries()) {
      if (at < done || at >= end) continue;
      pieces.push(parsed.text.slice(done, at), { place });
      done = at + 1;
    }
    pieces.push(parsed.text.slice(done, end));
    done = end;
  };
  const inside = edits.filter(({ from, to }) => from >= span.from && to <= span.to);
  for (const { from, to, text } of inside.sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (from < done) continue;
    upTo(from);
    pieces.push(...text);
    done = to;
  }
  upTo(span.to);
  return pieces;
}

/** As it is sent. */
export function toSent(text: Text, given: readonly SqlValue[], pushedLimit: number): Sent {
  const parameters: SqlValue[] = [];
  let statement = '';
  for (const piece of text) {
    if (typeof piece === 'string') statement += piece;
    else {
      statement += '?';
      parameters.push(piece.place === 'pushed limit' ? pushedLimit : (given[piece.place] ?? null));
    }
  }
  return { statement, parameters };
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
