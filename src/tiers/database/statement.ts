/**
 * Which statements a database takes at all. The log is the truth and SQLite its state machine, so what escapes the log
 * (PRAGMA, ATTACH, temporary tables) or governs its own transactions is refused by its first words.
 */
import { Refusal } from './refusal';

const allowed: ReadonlySet<string> = new Set([
  'SELECT',
  'VALUES',
  'WITH',
  'EXPLAIN',
  'INSERT',
  'REPLACE',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'ALTER',
  'REINDEX',
]);
const definitions: ReadonlySet<string> = new Set(['CREATE', 'DROP', 'ALTER', 'REINDEX']);
const temporary = /^CREATE\s+(TEMP|TEMPORARY)\s|^CREATE\s[\s\w]*["'`[]?\btemp\b["'`\]]?\s*\./i;

/** Longest statement taken, in characters. */
const statementMax = 100_000;

/** What its first word says of a statement. */
export interface Nature {
  /** It changes the schema: everything prepared may mean something else afterwards. */
  readonly defines: boolean;
  readonly inserts: boolean;
}

/** Throws a `Refusal` for what is not taken. */
export function judge(statement: string): Nature {
  if (statement.length > statementMax) {
    throw new Refusal('limit', `the statement has ${statement.length} characters; at most ${statementMax} are taken`);
  }
  const bare = withoutComments(statement);
  const first = /^[a-z]+/i.exec(bare)?.[0].toUpperCase() ?? '';
  if (first === '') throw new Refusal('syntax', 'the statement is empty');
  if (!allowed.has(first)) {
    const known = [
      'PRAGMA',
      'ATTACH',
      'DETACH',
      'VACUUM',
      'BEGIN',
      'COMMIT',
      'END',
      'ROLLBACK',
      'SAVEPOINT',
      'RELEASE',
      'ANALYZE',
    ];
    if (!known.includes(first)) throw new Refusal('syntax', `near "${first}": no statement begins so`);
    throw new Refusal('not-allowed', `${first} is not taken: it acts on this copy of the data, not through its log`);
  }
  if (temporary.test(bare))
    throw new Refusal('not-allowed', 'temporary tables are not taken: a restart would lose them');
  return { defines: definitions.has(first), inserts: first === 'INSERT' || first === 'REPLACE' };
}

/** Comments and blanks at the start and between words; text in quotes is left alone. */
function withoutComments(statement: string): string {
  if (!statement.includes('--') && !statement.includes('/*')) return statement.trimStart();
  return statement
    .replace(/('[^']*'|"[^"]*")|--[^\n]*|\/\*[\s\S]*?(\*\/|$)/g, (_all, quoted: string | undefined) => quoted ?? ' ')
    .trimStart();
}
