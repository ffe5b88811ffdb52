import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget';

test('retries are at most a share of the requests, and what the bucket held', () => {
  const shares = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
  fc.assert(
    fc.property(shares, fc.integer({ min: 0, max: 20 }), fc.array(fc.boolean()), (share, bucket, happens) => {
      const budget = new RetryBudget(() => ({ share, bucket }));
      let requests = 0;
      for (const isRequest of happens) {
        if (isRequest) {
          requests++;
          budget.deposit();
        } else budget.withdraw();
        assert.ok(budget.granted <= share * requests + bucket + 1e-6, `${budget.granted} after ${requests}`);
      }
      assert.equal(budget.granted + budget.denied, happens.length - requests);
    }),
    { seed: 1 },
  );
});

test('where everything fails, one in ten is asked again, to the tenth exactly', () => {
  const budget = new RetryBudget(() => ({ share: 0.1, bucket: 3 }));
  for (let request = 0; request < 10_000; request++) {
    budget.deposit();
    budget.withdraw();
  }
  assert.ok(Math.abs(budget.granted - 1_003) <= 1, String(budget.granted));
});

test('credit that nobody used does not grow beyond the bucket', () => {
  const budget = new RetryBudget(() => ({ share: 0.5, bucket: 4 }));
  for (let request = 0; request < 1_000; request++) budget.deposit();
  const granted = Array.from({ length: 10 }, () => budget.withdraw()).filter(Boolean).length;
  assert.equal(granted, 4);
});

test('a bucket for one token loses none of what is paid in', () => {
  const budget = new RetryBudget(() => ({ share: 0.3, bucket: 1 }));
  for (let request = 0; request < 1_000; request++) {
    budget.deposit();
    budget.withdraw();
  }
  assert.ok(budget.granted >= 300, String(budget.granted));
});
