/** Judges histories in files. */
import { readFileSync, statSync } from 'node:fs';
import type { CheckedFile } from '../../src/checking/check-files';
import { ConfigError } from '../../src/kernel/schema';
import { Refusal } from '../../src/world/quantities';
import { checkedJson, checkedText } from '../render/checked';
import { command, type Shown } from '../shell/command';
import { filesNamed } from '../shell/globs';
import { anyText } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';
import { many, word } from '../shell/params';

const property = word(
  'linearizable',
  (text) => {
    if (text === 'linearizable') return text;
    throw new Refusal(`'${text}' is nothing that can be checked in a file; write check linearizable`);
  },
  { complete: () => ['linearizable'] },
);

const models = ['register', 'cas-register', 'kv', 'queue', 'counter', 'mutex'];
const model = word('model', (text) => text, { complete: () => models });

/** Loaded when it is needed: the prompt need not wait for it. */
function checking(): typeof import('../../src/checking/check-files') {
  return require('../../src/checking/check-files');
}

export const check = command({
  name: 'check',
  group: 'looking',
  summary: 'judge whether histories in files are linearizable: JSON lines, Jepsen logs or EDN maps',
  examples: [
    { line: 'check linearizable runs/*.jsonl --model register', text: 'a line per file: verdict, operations, ms' },
    { line: 'check linearizable etcd.log --model cas-register --why', text: 'and what cannot be explained' },
  ],
  params: { property, files: many(word('file', (text) => text)) },
  options: {
    model: option('--model <model>', model, `what the objects are: ${models.join(', ')}`),
    initial: option('--initial <value>', anyText, 'what each object held in the beginning, as JSON or plain text'),
    why: flag('--why', 'shows what cannot be explained, and what was possible instead'),
    json: flag('--json', 'one JSON object per file'),
  },
  returns: 'readonly unknown[]',
  run: async ({ files, model: wanted, initial, why, json }): Promise<Shown> => {
    if (wanted === undefined) throw new Mistake(`check needs --model (${models.join(', ')})`);
    const judge = checkerOf(wanted, initial);
    const checked = files.flatMap((pattern) => {
      const named = filesNamed(pattern);
      return named.length === 0
        ? [unreadable(pattern, 'no file matches')]
        : named.map((file) => judgeFile(file, judge));
    });
    return {
      value: checked.map(checkedJson),
      lines: true,
      exitCode: checking().exitCodeOf(checked),
      text: (look) => {
        if (json === true) return checked.map((one) => JSON.stringify(checkedJson(one))).join('\n');
        return checked.map((one) => checkedText(one, why === true, look)).join('\n');
      },
    };
  },
});

type Judge = (file: string, content: Uint8Array) => CheckedFile;

function checkerOf(wanted: string, initial: string | undefined): Judge {
  try {
    return checking().fileChecker({ model: wanted, initial, nowMs: () => performance.now() });
  } catch (failure) {
    throw failure instanceof ConfigError ? new Refusal(failure.message) : failure;
  }
}

function judgeFile(file: string, judge: Judge): CheckedFile {
  let content: Uint8Array;
  try {
    if (statSync(file).isDirectory()) return unreadable(file, 'a folder, not a file');
    content = readFileSync(file);
  } catch (failure) {
    return unreadable(
      file,
      failure instanceof Error ? failure.message.replace(/^\w+: |, \w+( '.*')?$/g, '') : 'not readable',
    );
  }
  return judge(file, content);
}

function unreadable(file: string, reason: string): CheckedFile {
  return { file, verdict: 'unreadable', operations: 0, ms: 0, problem: { line: 0, reason } };
}
