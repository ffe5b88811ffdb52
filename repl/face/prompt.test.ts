import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { simulatedSession } from '../testing-session';
import { prompt } from './prompt';

const ctrlC = '\u0003';

/** A terminal that nobody sits at: types keys and waits for what they bring. */
class Terminal {
  readonly input = new PassThrough();
  readonly output = Object.assign(new PassThrough(), { rows: 24, columns: 80 });
  readonly history = undefined;
  private shown = '';
  private check: () => void = () => undefined;

  constructor() {
    this.output.on('data', (chunk) => {
      this.shown += stripVTControlCharacters(String(chunk));
      this.check();
    });
  }

  type(keys: string): void {
    this.input.write(keys);
  }

  /** Waits until this is shown, and gives back everything since the last time. */
  async until(text: string): Promise<string> {
    await new Promise<void>((seen) => {
      this.check = () => {
        if (this.shown.includes(text)) seen();
      };
      this.check();
    });
    const { shown } = this;
    this.shown = '';
    return shown;
  }
}

test('a prompt: lines, lines that go on, Ctrl-C, what a timer throws, and the end', { timeout: 120_000 }, async () => {
  const session = await simulatedSession();
  const terminal = new Terminal();
  const ended = prompt(session, terminal);
  await terminal.until('s > ');

  terminal.type('seed\r');
  await terminal.until('seed 7\n');
  await terminal.until('s > ');

  terminal.type('run 1000h\r');
  await terminal.until('run 1000h');
  await new Promise(setImmediate);
  terminal.type(ctrlC);
  await terminal.until('error: cancelled');
  await terminal.until('s > ');

  terminal.type('const pair = [\r');
  await terminal.until('... ');
  terminal.type('1, 2]; pair.length\r');
  await terminal.until('2\n');

  terminal.type('const other = [\r');
  await terminal.until('... ');
  terminal.type(ctrlC);
  await terminal.until('s > ');
  terminal.type('6 * 7\r');
  await terminal.until('42\n');

  terminal.type('const third = [\r');
  await terminal.until('... ');
  terminal.type('.break\r');
  await terminal.until('s > ');

  terminal.type(ctrlC);
  await terminal.until('(Ctrl-D or .exit ends the session)');

  terminal.type('kil\t');
  await terminal.until('kill');
  terminal.type(' web-1 --stay\r');
  await terminal.until('web-1 was killed and stays dead');

  terminal.type('const open = {\r');
  await terminal.until('... ');
  terminal.type('.exit\r');
  await ended;
  assert.doesNotMatch(await terminal.until('.exit'), /s > /); // Nobody is asked for more.
  await session.close();
  assert.equal(session.interrupt(), false);
});
