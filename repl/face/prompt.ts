/**
 * The prompt in a terminal: node:repl for editing, history and completion, with the session behind it.
 */
import { type REPLServer, type ReplOptions, start } from 'node:repl';
import type { Session } from '../session';
import type { Reply } from '../shell/reply';
import { Lines } from './lines';
import { watch } from './watch';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream & { readonly rows: number };
  readonly history: string | undefined;
}

/** Shows the prompt until the session ends. */
export function prompt(session: Session, terminal: Terminal): Promise<void> {
  return new Promise((ended) => new Prompt(session, terminal, ended));
}

class Prompt {
  private readonly server: REPLServer;
  /** Lines that are the beginning of something. */
  private pending = '';
  private readonly lines = new Lines();
  private watching: (() => void) | undefined;
  private over = false;

  constructor(
    private readonly session: Session,
    private readonly terminal: Terminal,
    ended: () => void,
  ) {
    const { input, output } = terminal;
    const options: ReplOptions = {
      prompt: this.promptText(),
      input,
      output,
      terminal: true,
      preview: false,
      ignoreUndefined: true,
      eval: (line, _context, _file, then) => {
        this.lines.put(async () => {
          await this.line(line.replace(/\n$/, ''));
          if (!this.over) then(null, undefined);
        });
      },
      completer: (line: string, then: (error: Error | null, found: [string[], string]) => void) => {
        session.complete(line).then(
          (found) => then(null, found),
          () => then(null, [[], line]),
        );
      },
    };
    this.server = start(options);
    this.ownCommands();
    this.server.removeAllListeners('SIGINT');
    this.server.on('SIGINT', () => this.interrupt());
    this.server.on('exit', () => {
      this.over = true;
      this.lines.put(async () => ended());
    });
    if (terminal.history !== undefined) this.server.setupHistory(terminal.history, () => undefined);
    this.server.displayPrompt();
  }

  /** The words with a dot that node:repl brings along mean its own context, which is not ours. */
  private ownCommands(): void {
    for (const [name, line] of [
      ['help', 'help'],
      ['clear', 'clear'],
      ['exit', '.exit'],
    ] as const) {
      this.dotted(name, () => this.line(line));
    }
    this.dotted('break', async () => undefined);
  }

  /** A word with a dot also ends what has only begun. */
  private dotted(name: string, act: () => Promise<void>): void {
    const action = (): void => {
      this.lines.put(async () => {
        this.forget();
        await act();
        if (!this.over) this.server.displayPrompt();
      });
    };
    this.server.defineCommand(name, { action });
  }

  /** Gives up the beginning of something. */
  private forget(): void {
    this.pending = '';
    this.server.setPrompt(this.promptText());
  }

  private async line(line: string): Promise<void> {
    const reply = await this.session.run(this.pending + line);
    this.pending = reply.incomplete === undefined ? '' : `${this.pending}${line}\n`;
    await this.show(reply);
    this.server.setPrompt(this.pending === '' ? this.promptText() : '... ');
    if (reply.exit === true) {
      this.over = true;
      this.server.close();
    }
  }

  private async show(reply: Reply): Promise<void> {
    const { output } = this.terminal;
    if (reply.clear === true) output.write('\u001b[2J\u001b[3J\u001b[H');
    if (reply.live !== undefined) await this.watch(reply.live);
    else if (reply.text !== '') output.write(`${reply.text}\n`);
  }

  private async watch(live: NonNullable<Reply['live']>): Promise<void> {
    const { input, output } = this.terminal;
    await watch(live, this.session, output, (stop) => {
      this.watching = stop;
      input.once('keypress', stop);
    });
    this.watching = undefined;
    this.emptyLine();
  }

  /** Ctrl-C ends what runs; if nothing does, it empties the line. */
  private interrupt(): void {
    const { server, terminal } = this;
    if (this.watching !== undefined) return this.watching();
    if (this.session.interrupt()) return;
    const idle = server.line === '' && this.pending === '';
    this.forget();
    terminal.output.write(idle ? '\n(Ctrl-D or .exit ends the session)\n' : '\n');
    this.emptyLine();
    server.displayPrompt();
  }

  private emptyLine(): void {
    this.server.write('', { ctrl: true, name: 'e' });
    this.server.write('', { ctrl: true, name: 'u' });
  }

  /** In simulation the prompt says what time it is, since time moves only when told to. */
  private promptText(): string {
    const { virtual } = this.session.current;
    return virtual === undefined ? '> ' : `${(virtual.nowUs / 1e6).toFixed(3)} s > `;
  }
}
