import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IdTable } from './id-table';

test('an id table does what a map does', () => {
  // Few ids that fall on few slots, and some beyond 32 bits: a life that lasts long gives out such numbers too.
  const id = fc.oneof(
    fc.nat(40),
    fc.nat(9).map((far) => 2 ** 33 + far * 16),
    fc.nat(9).map((near) => near * 64),
  );
  const act = fc.record({ act: fc.constantFrom('set', 'set', 'take', 'get'), id });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200, size: 'max' }), (acts) => {
      const table = new IdTable<{ readonly id: number; readonly at: number }>();
      const model = new Map<number, { readonly id: number; readonly at: number }>();
      for (const [at, { act, id }] of acts.entries()) {
        if (act === 'set') {
          table.set(id, { id, at });
          model.set(id, { id, at });
        } else if (act === 'take') {
          assert.deepEqual(table.take(id), model.get(id));
          model.delete(id);
        } else assert.deepEqual(table.get(id), model.get(id));
        assert.equal(table.size, model.size);
      }
      const byId = (a: { id: number }, b: { id: number }): number => a.id - b.id;
      assert.deepEqual([...table].sort(byId), [...model.values()].sort(byId));
      table.clear();
      assert.equal(table.size, 0);
      for (const id of model.keys()) assert.equal(table.get(id), undefined);
    }),
    { seed: 5, numRuns: 300 },
  );
});
