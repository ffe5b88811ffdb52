import { deepEqual, ok, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Mail } from '../../kernel/envelope';
import { MailReader, MailWriter } from './mail-codec';

const address = fc.oneof(fc.constantFrom('web-1', 'db-1', '', '10.0.0.1:80', 'naïve-ü', 'x'.repeat(400)), fc.string());
const number = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1), fc.integer());
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const body = fc.record(
  {
    kind: fc.constantFrom('http.request', 'x', ''),
    // In a body minus zero comes back as zero, as it does from JSON.
    n: fc.double({ noNaN: true }).map((n) => n + 0),
    text: fc.string(),
    list: fc.array(fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))),
    more: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.integer(),
      { maxKeys: 4, noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
);

const letters = fc
  .record({
    from: address,
    to: address,
    id: number,
    incarnation: fc.nat(),
    re: maybe(number),
    answers: maybe(fc.nat()),
    budgetMs: maybe(fc.double({ min: 0, max: 1e9, noNaN: true })),
    datagram: fc.boolean(),
    cause: maybe(fc.record({ from: address, id: number, incarnation: fc.nat() }, { noNullPrototype: true })),
    body,
  })
  .map(({ from, to, id, incarnation, re, answers, budgetMs, datagram, cause, body }) => {
    const mail = new Mail(to, id, re, answers, budgetMs, datagram, body);
    mail.from = from;
    mail.incarnation = incarnation;
    mail.cause = cause;
    return mail;
  });

/** What the envelopes of one turn have in common, and what an odd one has instead. */
type Said = Partial<
  Pick<Mail, 'to' | 'id' | 're' | 'answers' | 'budgetMs' | 'datagram' | 'from' | 'incarnation' | 'cause'>
>;

const order = { from: 'd-1', incarnation: 1, id: 5 };

function said(odd: Said): Mail {
  const all = { to: 'b-1', id: 0, datagram: false, from: 'a-1', incarnation: 2, cause: order, ...odd };
  const mail = new Mail(all.to, all.id, all.re, all.answers, all.budgetMs, all.datagram, { kind: 'x' });
  mail.from = all.from;
  mail.incarnation = all.incarnation;
  mail.cause = all.cause;
  return mail;
}

function through(writer: MailWriter, reader: MailReader, batch: readonly Mail[]): Mail[] {
  const { headers, bodies } = writer.write(batch);
  const heard: Mail[] = [];
  reader.read(Buffer.concat([headers, bodies]), (mail) => heard.push(mail));
  return heard;
}

describe('the codec of a link', () => {
  test('gives back every envelope as it was, batch after batch', () => {
    const batches = fc.array(fc.array(letters, { minLength: 1, maxLength: 8 }), { maxLength: 5 });
    fc.assert(
      fc.property(batches, (drawn) => {
        const [writer, reader] = [new MailWriter(), new MailReader()];
        for (const batch of drawn) deepEqual(through(writer, reader, batch), batch);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('spells a header out once for all that one turn says to one receiver', () => {
    const [writer, reader] = [new MailWriter(), new MailReader()];
    const batch = Array.from({ length: 100 }, (_, at) => said({ id: at + 7 }));
    const { headers } = writer.write(batch);
    ok(headers.length < 200, `${headers.length} bytes of headers for ${batch.length} envelopes`);
    const again = [new MailWriter(), reader] as const;
    deepEqual(through(...again, batch), batch);
    deepEqual(through(...again, batch.slice(50)), batch.slice(50), 'a batch begins with a header of its own');
  });

  test('takes nothing for the next of its kind that differs in anything', () => {
    const changes: readonly Said[] = [
      { id: 9 },
      { to: 'c-1' },
      { from: 'c-1' },
      { incarnation: 3 },
      { re: 4 },
      { answers: 4 },
      { budgetMs: 4 },
      { datagram: true },
      { cause: { ...order } },
      { cause: { ...order, id: 8 } },
      { cause: undefined },
    ];
    for (const change of changes) {
      const odd = said({ id: 8, ...change });
      const batch = [said({ id: 7 }), odd, said({ id: odd.id + 1 }), said({ id: odd.id + 2 })];
      deepEqual(through(new MailWriter(), new MailReader(), batch), batch);
    }
  });

  test('knows more addresses than it has numbers for', () => {
    const [writer, reader] = [new MailWriter(), new MailReader()];
    for (let round = 0; round < 2; round++) {
      for (let first = 0; first < 70_000; first += 7_000) {
        const batch = Array.from({ length: 7_000 }, (_, at) => {
          const mail = new Mail(`n-${first + at}`, 1, undefined, undefined, undefined, false, { kind: 'x' });
          mail.from = 'a-1';
          return mail;
        });
        deepEqual(
          through(writer, reader, batch).map(({ from, to }) => `${from} ${to}`),
          batch.map(({ to }) => `a-1 ${to}`),
        );
      }
    }
  });

  test('goes on after a body that is no data', () => {
    const [writer, reader] = [new MailWriter(), new MailReader()];
    const good = (id: number): Mail => new Mail('b', id, undefined, undefined, undefined, false, { kind: `k${id}` });
    const evil = {
      kind: 'y',
      get bad(): never {
        throw new Error('no data');
      },
    };
    through(writer, reader, [good(1)]);
    throws(() => writer.write([good(2), new Mail('c', 3, undefined, undefined, undefined, false, evil)]), /no data/);
    deepEqual(through(writer, reader, [good(4), good(1)]), [good(4), good(1)]);
  });
});
