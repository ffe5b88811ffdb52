/**
 * Runs lines without a prompt: from files, from the command line, from a pipe. The first error ends it, with its place.
 */
import type { Session } from '../session';
import type { Reply } from '../shell/reply';

/** Where lines come from and what they are called in an error. */
export interface Script {
  readonly name: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
  /** Whether an error names its line: a line of the command line is one line. */
  readonly numbered: boolean;
}

export interface Output {
  out(text: string): void;
  error(text: string): void;
}

/** `done`: all lines went well; `failed`: one did not; `exit`: a line ended the session; `cancelled`: by Ctrl-C. */
export type Ending = 'done' | 'failed' | 'exit' | 'cancelled';

export async function runScript(session: Session, script: Script, output: Output): Promise<Ending> {
  let pending = '';
  let number = 0;
  let first = 1;
  for await (const line of script.lines) {
    number++;
    if (pending === '') first = number;
    const reply = await session.run(pending + line);
    if (reply.incomplete !== undefined) {
      pending += `${line}\n`;
      continue;
    }
    pending = '';
    if (!show(reply, placeOf(script, first), output)) return reply.cancelled === true ? 'cancelled' : 'failed';
    if (reply.exit === true) return 'exit';
  }
  if (pending === '') return 'done';
  output.error(`${placeOf(script, first)}: this line has no end`);
  return 'failed';
}

function show(reply: Reply, place: string, output: Output): boolean {
  if (!reply.ok) output.error(`${place}: ${reply.problem ?? 'failed'}`);
  else if (reply.text !== '') output.out(reply.text);
  return reply.ok;
}

function placeOf({ name, numbered }: Script, line: number): string {
  return numbered ? `${name}:${line}` : name;
}
