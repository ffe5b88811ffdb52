/**
 * Users of a key-value store that is kept in copies: each request goes to a copy, from there to whoever is named as the
 * primary, and is noted as a call and how it ended, if anybody knows.
 */
import type { Operation } from '../../src/checking/history';
import { errorMessage, refused } from '../../src/kernel/control';
import type { Body, NodeId } from '../../src/kernel/envelope';
import { type KvItems, type KvRequest, kvDone, kvFailure, kvItem, kvItems } from '../../src/protocols/kv';
import { DrivenWorld } from '../../src/testing/driven-world';

/** What somebody knows of a key: what it held, and the version that this had. */
interface Known {
  readonly value: number | null;
  readonly version: number;
}

/** A list that was read page by page. */
export interface Scan {
  readonly keys: readonly string[];
  readonly isWhole: boolean;
}

/** A pair with a time to live, and the true times between which it was written. */
export interface Short {
  readonly key: string;
  readonly calledMs: number;
  readonly endedMs: number;
  readonly ttlMs: number;
}

/** What a look at a short one showed: it was there, or it was not. */
export interface Look {
  readonly key: string;
  readonly calledMs: number;
  readonly endedMs: number;
  readonly isThere: boolean;
}

export const budgetMs = 1_000;
const hopsMax = 3;

/** A world in which several questions can be open at once. */
export class AskingWorld extends DrivenWorld {
  ask(to: NodeId, body: KvRequest, then: (answer: Body | undefined) => void): void {
    this.begin({ verb: 'tell', to, body, budgetMs }, (reply) =>
      then('answer' in reply ? reply.answer?.body : undefined),
    );
  }
}

export class ItemUsers {
  readonly operations: Operation[] = [];
  readonly scans: Scan[] = [];
  readonly shorts: Short[] = [];
  readonly looks: Look[] = [];
  private readonly known = new Map<string, Known>();
  private place = 0;
  private lastValue = 0;

  constructor(private readonly world: AskingWorld) {}

  read(at: NodeId, key: string): void {
    this.operate(at, { kind: 'kv.get', key }, 'read', key, undefined, (answer) => {
      if (!kvItem.accepts(answer)) return undefined;
      const value = numberIn(answer.item?.value);
      this.known.set(key, { value, version: answer.item?.version ?? 0 });
      return value;
    });
  }

  write(at: NodeId, key: string): void {
    const value = ++this.lastValue;
    this.operate(at, { kind: 'kv.put', key, value }, 'write', key, value, (answer) => this.done(answer, key, value));
  }

  delete(at: NodeId, key: string): void {
    this.operate(at, { kind: 'kv.delete', key }, 'write', key, null, (answer) => this.done(answer, key, null));
  }

  /** Puts something in the place of what was seen last, if that is still there. */
  cas(at: NodeId, key: string): void {
    const { value: old, version: expected } = this.known.get(key) ?? { value: null, version: 0 };
    const value = ++this.lastValue;
    const request: KvRequest = { kind: 'kv.put', key, value, expected };
    this.operate(at, request, 'cas', key, [old, value], (answer) => {
      return this.done(answer, key, value) === undefined ? undefined : [old, value];
    });
  }

  /** Reads all keys that begin so, three at a time. */
  scan(at: NodeId, prefix: string): void {
    const keys: string[] = [];
    const page = (after: string | undefined): void => {
      const request: KvRequest = { kind: 'kv.scan', prefix, limit: 3, ...(after === undefined ? {} : { after }) };
      this.askOn(at, request, (answer) => {
        if (answer === undefined || !kvItems.accepts(answer)) return void this.scans.push({ keys, isWhole: false });
        keys.push(...answer.items.map(({ key }: KvItems['items'][number]) => key));
        if (answer.next === undefined) this.scans.push({ keys, isWhole: true });
        else page(answer.next);
      });
    };
    page(undefined);
  }

  /** Puts a pair that is soon over, under a key that nobody else writes. */
  short(at: NodeId, ttlMs: number): string {
    const key = `short-${++this.lastValue}`;
    const calledMs = this.world.nowMs;
    this.askOn(at, { kind: 'kv.put', key, value: 1, ttlMs }, (answer) => {
      if (answer !== undefined && kvDone.accepts(answer)) {
        this.shorts.push({ key, calledMs, endedMs: this.world.nowMs, ttlMs });
      }
    });
    return key;
  }

  look(at: NodeId, key: string): void {
    const calledMs = this.world.nowMs;
    this.askOn(at, { kind: 'kv.get', key }, (answer) => {
      if (answer === undefined || !kvItem.accepts(answer)) return;
      this.looks.push({ key, calledMs, endedMs: this.world.nowMs, isThere: answer.item !== undefined });
    });
  }

  private done(answer: Body, key: string, value: number | null): number | null | undefined {
    if (!kvDone.accepts(answer)) return undefined;
    this.known.set(key, { value, version: answer.version });
    return value;
  }

  /** `readOutput` gives what a definite answer says was done; nothing where it says that nothing was. */
  private operate(
    at: NodeId,
    request: KvRequest,
    f: string,
    key: string,
    input: unknown,
    outputOf: (answer: Body) => unknown,
  ): void {
    const call = ++this.place;
    const calledAtUs = this.world.nowUs;
    const slot = this.operations.length;
    const base = { process: `user-${call}`, f, key, input, call, calledAtUs, line: call };
    const open: Operation = {
      ...base,
      output: undefined,
      outcome: 'unknown',
      end: Number.POSITIVE_INFINITY,
      endedAtUs: undefined,
      endLine: undefined,
    };
    this.operations.push(open);
    this.askOn(at, request, (answer) => {
      if (answer === undefined) return;
      const isDone = kvDone.accepts(answer) || kvItem.accepts(answer);
      const output = outputOf(answer);
      if (!isDone && !isSurelyNothing(answer)) return;
      const end = ++this.place;
      const ended = { end, endedAtUs: this.world.nowUs, endLine: end };
      this.operations[slot] = isDone
        ? { ...base, ...ended, output, outcome: 'ok' }
        : { ...base, ...ended, output: undefined, outcome: 'fail' };
    });
  }

  /** Asks on where a primary is named, since then nothing was done. */
  private askOn(at: NodeId, request: KvRequest, then: (answer: Body | undefined) => void, hops = 0): void {
    this.world.ask(at, request, (answer) => {
      const primary = answer !== undefined && kvFailure.accepts(answer) ? answer.primary : undefined;
      if (primary !== undefined && hops < hopsMax) return this.askOn(primary, request, then, hops + 1);
      then(answer);
    });
  }
}

/** Refused before anything could be done. */
function isSurelyNothing(answer: Body): boolean {
  return (
    kvFailure.accepts(answer) || errorMessage.accepts(answer) || (refused.accepts(answer) && answer.because !== 'reset')
  );
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
