/**
 * What a client did to which user, as the steps of operations that checkers read: a user's last name is a register.
 */
import type { Operation } from '../../kernel/events';
import type { Reporter } from '../../kernel/tier';
import type { HttpRequest } from '../../protocols/http';
import type { Ending } from './transport';

const userPath = /^\/users\/(\d{1,15})$/;
const usersMax = 4_096;

/** A user as the client has met them so far. Most are read again as they were, and to parse costs more than to compare. */
interface Met {
  readonly key: string;
  /** What was read last, and the last name in it. */
  text: string | undefined;
  name: unknown;
}

/** Hands out processes: each does one thing at a time, and one whose operation ended without a verdict is never used again. */
export class History {
  private readonly idle: string[] = [];
  private readonly met = new Map<string, Met>();
  private processes = 0;

  constructor(
    private readonly self: string,
    private readonly report: Reporter,
  ) {}

  /** Records the start of a request for one user; `undefined` for anything else. */
  begin({ method, path, body }: HttpRequest): Recorded | undefined {
    const user = this.met.get(path) ?? this.meet(path);
    if (user === undefined || method === 'HEAD') return undefined;
    const process = this.idle.pop() ?? `${this.self}:${++this.processes}`;
    const f = method === 'GET' ? 'read' : 'write';
    const value = method === 'GET' ? undefined : method === 'DELETE' ? null : lastName(body);
    this.report.operation(step(process, 'invoke', f, user.key, value));
    return new Recorded(this, process, f, user, value);
  }

  /** Records how an operation ended. */
  end({ process, f, user, written }: Recorded, ending: Ending): void {
    const phase = phaseOf(f, ending);
    if (phase !== 'unknown') this.idle.push(process);
    const value = f === 'write' ? written : phase === 'ok' ? readBack(user, ending) : undefined;
    this.report.operation(step(process, phase, f, user.key, value));
  }

  private meet(path: string): Met | undefined {
    const id = userPath.exec(path)?.[1];
    if (id === undefined) return undefined;
    if (this.met.size >= usersMax) this.met.clear();
    const user = { key: `user:${id}`, text: undefined, name: undefined };
    this.met.set(path, user);
    return user;
  }
}

/** One operation under way. */
class Recorded {
  constructor(
    private readonly history: History,
    readonly process: string,
    readonly f: 'read' | 'write',
    readonly user: Met,
    readonly written: unknown,
  ) {}

  end(ending: Ending): void {
    this.history.end(this, ending);
  }
}

/** Two literals: to leave a field away by spreading what may be empty takes longer than all the rest. */
function step(process: string, phase: Operation['phase'], f: Operation['f'], key: string, value: unknown): Operation {
  return value === undefined ? { process, phase, f, key } : { process, phase, f, key, value };
}

/** A read changes nothing, so one that failed is known to have done nothing; a write is only sure of what it was told. */
function phaseOf(f: 'read' | 'write', ending: Ending): 'ok' | 'fail' | 'unknown' {
  if (ending.kind === 'problem') return f === 'read' || !ending.acted ? 'fail' : 'unknown';
  if (ending.status < 300) return 'ok';
  if (f === 'read') return ending.status === 404 ? 'ok' : 'fail';
  return ending.status < 500 ? 'fail' : 'unknown';
}

function readBack(user: Met, ending: Ending): unknown {
  if (ending.kind === 'problem' || ending.status === 404) return null;
  if (user.text !== ending.body) {
    user.text = ending.body;
    user.name = lastName(ending.body);
  }
  return user.name;
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
