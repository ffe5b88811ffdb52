/**
 * Sits at the shell's prompt: starts it, types lines, and times how long until it asks for the next one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What clears the line that the prompt then stands on. */
const promptMark = '\u001b[0J> ';
const patienceMs = 60_000;

export interface Answered {
  readonly ms: number;
  /** What was written until the next prompt, the echo of the line included. */
  readonly text: string;
}

export class Terminal {
  private written = '';
  private hear: () => void = () => undefined;
  private readonly history = join(tmpdir(), `tierrarium-bench-${process.pid}-history`);
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  /** @param program what Node runs, with its arguments. */
  constructor(program: readonly string[]) {
    const preload = `--require=${JSON.stringify(join(__dirname, 'pretend-terminal.js'))}`;
    const env = {
      ...process.env,
      NODE_OPTIONS: preload,
      TIERRARIUM_HISTORY: this.history,
      NO_COLOR: '1',
      TERM: 'xterm',
    };
    this.child = spawn(process.execPath, [...program], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.written += text;
        this.hear();
      });
    }
  }

  /** From now until the prompt is there, after a line or the greeting has ended. */
  prompt(): Promise<Answered> {
    const fromMs = performance.now();
    return new Promise((resolve, reject) => {
      const giveUp = (why: string): void => reject(new Error(`no prompt: ${why}; the shell wrote: ${this.written}`));
      const patience = setTimeout(() => giveUp(`${patienceMs} ms have passed`), patienceMs);
      const end = (): void => giveUp('the shell has ended');
      this.child.once('exit', end);
      this.hear = () => {
        if (!this.written.includes(promptMark, this.written.indexOf('\n') >>> 0)) return;
        const answered = { ms: performance.now() - fromMs, text: this.written };
        this.written = '';
        this.hear = () => undefined;
        clearTimeout(patience);
        this.child.off('exit', end);
        resolve(answered);
      };
      this.hear();
    });
  }

  /** Types a line and waits for the next prompt; throws when the answer lacks a text that must be in it. */
  async type(line: string, wanted: string): Promise<number> {
    const prompted = this.prompt();
    this.child.stdin?.write(`${line}\r`);
    const { ms, text } = await prompted;
    if (!text.replace(line, '').includes(wanted)) throw new Error(`${line}: expected ${wanted} in the answer: ${text}`);
    return ms;
  }

  /** Leaves as people do; throws unless the shell ends well. */
  async leave(): Promise<void> {
    this.child.stdin?.write('.exit\r');
    const [code] = await this.ended;
    if (code !== 0) throw new Error(`the shell ended with ${code}: ${this.written}`);
  }

  /** Leaves nothing behind, also when something went wrong. */
  end(): void {
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
    rmSync(this.history, { force: true });
  }
}
