import { deepEqual, throws } from 'node:assert/strict';
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
