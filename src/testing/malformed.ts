/**
 * Bodies that are wrong in one place each, made from one that is right.
 */
import type { Body } from '../kernel/envelope';
import type { Message } from '../kernel/schema';

/** What hardly any field may hold; which of them are wrong for one the message itself decides. */
const oddities: readonly unknown[] = [null, true, -1.5, '', 'what?', [], {}, [{}]];

/** Every way to leave out or to spoil one field, at any depth: what the message takes all the same, and what it does not. */
export function variants(message: Message, sample: Body): { readonly odd: Body[]; readonly malformed: Body[] } {
  const all = spoilt(sample).filter((body): body is Body => isBody(body) && body.kind === sample.kind);
  return {
    odd: all.filter((body) => message.accepts(body)),
    malformed: all.filter((body) => !message.accepts(body)),
  };
}

function spoilt(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, place) =>
      [...oddities, ...spoilt(item)].map((other) => value.map((old: unknown, at) => (at === place ? other : old))),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  const fields = Object.entries(value);
  return fields.flatMap(([name, field]) => [
    Object.fromEntries(fields.filter(([other]) => other !== name)),
    ...[...oddities, ...spoilt(field)].map((other) => ({ ...value, [name]: other })),
  ]);
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
