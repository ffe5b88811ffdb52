/**
 * Claims: what happens to a site whose users insist, and what ends it. Goodput is the share of those who ask who are
 * answered well.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { within } from '../src/testing/driven-world';
import { demand } from '../src/testing/judge';
import { budget } from './overload/budget';
import { backWithinMs, comesBack, goodput, hangs, open, storm } from './overload/storm';

test('five minutes after a hang of seconds hardly anybody is answered, until a breaker ends it', () => {
  within(open(1), (world) => {
    assert.ok(hangs(world, 5_000) > 0.99);
    world.run(295_000);
    assert.equal(goodput(world, 5_000), 0);
    world.protect('breaker');
    assert.equal(comesBack(world, backWithinMs.breaker), undefined);
  });
});

const claim = storm({ seed: 5, runs: 6, lastsMs: 15_000 });

test(claim.name, () => void demand(claim));

describe('what the storm is made of: take any part away, and the same hang heals by itself', () => {
  const calm = {
    'users who do not insist': { 'crowd-1': { attemptsMax: 1 } },
    'a queue that holds no more than can be done in time': { 'db-1': { mailboxMax: 20 } },
    'a database that does more than all of them ask for': { 'db-1': { readServiceMs: 15 } },
  };
  for (const [what, config] of Object.entries(calm)) {
    test(what, () => {
      within(open(2, config), (world) => {
        assert.ok(hangs(world, 5_000) > 0.99);
        assert.equal(comesBack(world, 40_000), undefined);
      });
    });
  }
});

describe('what protects before it happens', () => {
  for (const protection of ['retry-budget', 'breaker', 'shedding'] as const) {
    test(protection, () => {
      within(open(3), (world) => {
        world.protect(protection);
        assert.ok(hangs(world, 5_000) > 0.99);
        assert.equal(comesBack(world, backWithinMs[protection]), undefined);
        world.protect('off');
      });
    });
  }
});

const saving = budget({ seed: 1, runs: 12 });

test(saving.name, () => void demand(saving));
