import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { inPlace, onlyReads, statementsOf } from './sql-text';

test('statements end at semicolons, not at those in quotes and comments', () => {
  deepEqual(statementsOf('SELECT 1'), ['SELECT 1']);
  deepEqual(statementsOf(' SELECT 1 ; ; SELECT 2;'), ['SELECT 1', 'SELECT 2']);
  deepEqual(statementsOf("SELECT ';', 'it''s; so'; SELECT \";\", `;`, [;]"), [
    "SELECT ';', 'it''s; so'",
    'SELECT ";", `;`, [;]',
  ]);
  deepEqual(statementsOf('SELECT 1 -- one; two\n, 2; /* ; */ SELECT 3'), [
    'SELECT 1 -- one; two\n, 2',
    '/* ; */ SELECT 3',
  ]);
});

test('what says nothing is no statement', () => {
  deepEqual(statementsOf(''), []);
  deepEqual(statementsOf(' ; -- nothing\n ; /* at all */'), []);
});

test('quotes that never end go on to the end', () => {
  deepEqual(statementsOf("SELECT 'a; b"), ["SELECT 'a; b"]);
  deepEqual(statementsOf('SELECT 1 /* a; b'), ['SELECT 1 /* a; b']);
});

test('a trigger keeps its statements', () => {
  const trigger =
    'CREATE TEMP TRIGGER t AFTER UPDATE ON users BEGIN UPDATE a SET b = CASE b WHEN 1 THEN 2 END; DELETE FROM c; END';
  deepEqual(statementsOf(`${trigger}; SELECT 1`), [trigger, 'SELECT 1']);
  deepEqual(statementsOf('BEGIN; SELECT 1; END'), ['BEGIN', 'SELECT 1', 'END']);
});

test('what only reads is told by its words', () => {
  for (const statement of [
    'select 1',
    '/* so */ SELECT 1',
    'VALUES (1)',
    'EXPLAIN DELETE FROM users',
    'WITH a AS (SELECT 1) SELECT * FROM a',
  ]) {
    equal(onlyReads(statement), true, statement);
  }
  equal(onlyReads("WITH a AS (SELECT 'DELETE FROM b') SELECT replace(x, 1, 2) FROM a"), true);
  for (const statement of ['INSERT INTO a VALUES (1)', 'WITH a AS (SELECT 1) DELETE FROM b', 'PRAGMA x', 'selected']) {
    equal(onlyReads(statement), false, statement);
  }
});

test('parameters are put in place, not into quotes, and blanks become one', () => {
  equal(
    inPlace("UPDATE users\n  SET city = ?, note = 'why?' -- ?\n WHERE id = ? AND x IS ?", ["L'Aquila", 12, null]),
    "UPDATE users SET city = 'L''Aquila', note = 'why?' WHERE id = 12 AND x IS NULL",
  );
  equal(inPlace('SELECT ?, ?', [1]), 'SELECT 1, ?');
});
