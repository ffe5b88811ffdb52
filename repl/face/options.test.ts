import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stageNames } from '../../src/stages';
import { readCommandLine, usage } from './options';

function refusal(...args: string[]): string {
  try {
    readCommandLine(args);
  } catch (failure) {
    assert.ok(failure instanceof Error && failure.name === 'Refusal', String(failure));
    assert.ok(!failure.message.includes('\n'), failure.message);
    return failure.message;
  }
  return assert.fail(`${args.join(' ')} was understood`);
}

test('nothing said: threads, two hosts, the stage that starts by default', () => {
  const { mode, hosts, stage, seed, data, tiers, sources, json, quiet } = readCommandLine([]);
  assert.deepEqual([mode, hosts, stage, seed, data], ['threads', undefined, 'load-balanced', undefined, undefined]);
  assert.deepEqual([tiers, sources, json, quiet], [[], [], false, false]);
});

test('everything said', () => {
  const args = '--mode sim --seed 7 --hosts 3 --stage one-box --data d --tier a.ts --tier b.js --json -q'.split(' ');
  const { mode, seed, hosts, stage, data, tiers, json, quiet } = readCommandLine(args);
  assert.deepEqual([mode, seed, hosts, stage, data], ['sim', 7, 3, 'one-box', 'd']);
  assert.deepEqual([tiers, json, quiet], [['a.ts', 'b.js'], true, true]);
});

test('lines and scripts run in the order in which they are given', () => {
  const { sources } = readCommandLine(['-e', 'ls', 'script.txt', '--eval', 'get /users/1', '-']);
  assert.deepEqual(sources, [{ line: 'ls' }, { file: 'script.txt' }, { line: 'get /users/1' }, { file: '-' }]);
});

test('a seed of digits is a number, any other a text', () => {
  assert.equal(readCommandLine(['--seed', '42']).seed, 42);
  assert.equal(readCommandLine(['--seed', 'tuesday']).seed, 'tuesday');
});

test('what cannot be is said in one line', () => {
  assert.match(refusal('--hots', '3'), /^there is no option --hots; did you mean --hosts/);
  assert.match(refusal('--frobnicate'), /^there is no option --frobnicate; --help lists them$/);
  assert.match(refusal('--seed'), /--seed.*argument missing; --help lists the options/);
  assert.match(refusal('--json=3'), /--json.* does not take an argument/);
  assert.equal(refusal('--mode', 'virtual'), 'there is no mode virtual (modes: threads, sim)');
  for (const hosts of ['0', '65', 'two', '1.5']) {
    assert.equal(refusal('--hosts', hosts), `--hosts must be a whole number from 1 to 64, not ${hosts}`);
  }
});

test('help names every stage and fits a terminal', () => {
  for (const name of stageNames) assert.ok(usage().includes(name), name);
  assert.ok(
    usage()
      .split('\n')
      .every((line) => line.length <= 80),
    'wider than 80 columns',
  );
});
