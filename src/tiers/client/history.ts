/**
 * What a client did to which user, as the steps of operations that checkers read: a user's last name is a register.
 */
import type { Reporter } from '../../kernel/tier';
import type { HttpRequest } from '../../protocols/http';
import type { Ending } from './transport';

/** One operation under way. */
export interface Recorded {
  end(ending: Ending): void;
}

const userPath = /^\/users\/(\d{1,15})$/;

/** Hands out processes: each does one thing at a time, and one whose operation ended without a verdict is never used again. */
export class History {
  private readonly idle: number[] = [];
  private processes = 0;

  constructor(
    private readonly self: string,
    private readonly report: Reporter,
  ) {}

  /** Records the start of a request for one user; `undefined` for anything else. */
  begin({ method, path, body }: HttpRequest): Recorded | undefined {
    const id = userPath.exec(path)?.[1];
    if (id === undefined || method === 'HEAD') return undefined;
    const number = this.idle.pop() ?? ++this.processes;
    const process = `${this.self}:${number}`;
    const key = `user:${id}`;
    const f = method === 'GET' ? 'read' : 'write';
    const value = method === 'GET' ? undefined : method === 'DELETE' ? null : lastName(body);
    this.report.operation({ process, phase: 'invoke', f, key, ...(value === undefined ? {} : { value }) });
    return {
      end: (ending) => {
        const phase = phaseOf(f, ending);
        if (phase !== 'unknown') this.idle.push(number);
        const seen = f === 'write' ? value : phase === 'ok' ? readBack(ending) : undefined;
        this.report.operation({ process, phase, f, key, ...(seen === undefined ? {} : { value: seen }) });
      },
    };
  }
}

/** A read changes nothing, so one that failed is known to have done nothing; a write is only sure of what it was told. */
function phaseOf(f: 'read' | 'write', ending: Ending): 'ok' | 'fail' | 'unknown' {
  if (ending.kind === 'problem') return f === 'read' || !ending.acted ? 'fail' : 'unknown';
  if (ending.status < 300) return 'ok';
  if (f === 'read') return ending.status === 404 ? 'ok' : 'fail';
  return ending.status < 500 ? 'fail' : 'unknown';
}

function readBack(ending: Ending): unknown {
  if (ending.kind === 'problem' || ending.status === 404) return null;
  return lastName(ending.body);
}

function lastName(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'lastName' in parsed ? parsed.lastName : text;
  } catch {
    return text;
  }
}
