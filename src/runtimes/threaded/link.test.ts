import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Mail } from '../../kernel/envelope';
import { LinkIn, LinkOut } from './link';
import { allocateRing } from './ring';

const ringBytes = 1 << 12;
const backlogMax = 1 << 14;

class Pair {
  readonly heard: number[] = [];
  readonly notes: string[] = [];
  readonly unfit: string[] = [];
  readonly out: LinkOut;
  readonly in: LinkIn;

  constructor() {
    const memory = allocateRing(ringBytes);
    this.out = new LinkOut(memory, (_mail, reason) => this.unfit.push(reason), backlogMax);
    this.in = new LinkIn(memory, {
      mail: (mail) => this.heard.push(mail.id),
      note: (bytes) => this.notes.push(`${Buffer.from(bytes)} after ${this.heard.length}`),
    });
  }

  /** Moves everything that is on its way. */
  settle(): void {
    for (let moved = 1; moved > 0; ) {
      this.out.flush();
      moved = this.in.drain();
    }
  }
}

function mail(id: number, body: object = {}): Mail {
  const letter = new Mail('b-1', id, undefined, undefined, undefined, false, { kind: 'x', ...body });
  letter.from = 'a-1';
  letter.incarnation = 1;
  return letter;
}

describe('a link to a thread that does not read', () => {
  test('holds so much and no more, refuses the rest, and delivers in order what it took', () => {
    const pair = new Pair();
    const taken: number[] = [];
    let most = 0;
    for (let id = 1; id <= 50_000; id++) {
      if (pair.out.post(mail(id))) taken.push(id);
      most = Math.max(most, pair.out.backlogBytes);
      if (id % 100 === 0) pair.out.flush();
    }
    ok(taken.length < 5_000, `${taken.length} letters of some 15 bytes are more than ring and backlog hold`);
    // One batch may go over the bound, since it is encoded as a whole.
    ok(most < backlogMax * 1.5, `${most} bytes waited`);
    pair.settle();
    deepEqual(pair.heard, taken);
    equal(pair.out.backlogBytes, 0);
    equal(pair.out.post(mail(99)), true, 'there is room again');
  });

  test('lets words of the runtime through, in their place among the letters', () => {
    const pair = new Pair();
    let taken = 0;
    while (taken < 50_000 && pair.out.post(mail(taken + 1))) {
      taken++;
      pair.out.flush();
    }
    ok(taken < 50_000);
    pair.out.note(Buffer.from('door'));
    pair.settle();
    deepEqual(pair.notes, [`door after ${taken}`]);
  });
});

describe('a link', () => {
  test('carries a letter that is larger than its ring', () => {
    const pair = new Pair();
    const text = 'x'.repeat(ringBytes * 5);
    pair.out.post(mail(1, { text }));
    pair.out.post(mail(2));
    pair.settle();
    deepEqual(pair.heard, [1, 2]);
  });

  test('loses only the letter that cannot travel, and says so', () => {
    const pair = new Pair();
    pair.out.post(mail(1, { shape: 1 }));
    const evil = {
      get bad(): never {
        throw new Error('no data');
      },
    };
    pair.out.post(mail(2, { evil }));
    pair.out.post(mail(3, { shape: 2 }));
    pair.settle();
    pair.out.post(mail(4, { shape: 3 }));
    pair.settle();
    deepEqual(pair.heard, [1, 3, 4]);
    equal(pair.unfit.length, 1);
  });
});
