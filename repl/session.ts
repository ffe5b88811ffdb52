/**
 * A line in, text out: the prompt without its terminal. It reads no input, prints nothing and touches no file; worlds,
 * sleep and the place for what TypeScript prints are handed in.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Look } from '../src/drawing/look';
import type { AnyTier } from '../src/kernel/tier';
import type { Stage } from '../src/stages/stage';
import { cacheKind } from '../src/world/cache-operator';
import { Refusal } from '../src/world/quantities';
import { databaseKind, groupsIn, routerKind, storeKinds } from '../src/world/replicas';
import type { SimulatedWorld } from '../src/world/simulated-world';
import { type Completion, complete } from './completion';
import { didYouMean } from './render/error';
import type { Command, Shown } from './shell/command';
import { lineOfCall } from './shell/journal';
import { Cancelled, Mistake } from './shell/mistake';
import { ordersIn } from './shell/orders';
import { pageOf } from './shell/page-of';
import { breathe } from './shell/passing';
import type { Known } from './shell/reader';
import { failed, nothing, type Reply, shown, together, valued } from './shell/reply';
import type { JournalEntry, Opened, Shell, Wanted } from './shell/shell';
import { meansVerb } from './shell/unknown-verb';
import { splitWords, type Word } from './shell/words';
import { Evaluator, Unfinished } from './typescript/evaluator';
import { prelude } from './typescript/prelude';

/** What a session is handed. */
export interface SessionParts {
  readonly commands: readonly Command[];
  readonly stages: readonly Stage[];
  /** Every tier that there is, one's own as well, by kind. */
  readonly tiers: ReadonlyMap<string, AnyTier>;
  /** Opens a world; what is not said is as the command line had it. */
  open(wanted: Wanted): Promise<Opened>;
  /** How text may look right now: a terminal can change its size. */
  look(): Look;
  /** Whether replies are JSON values. */
  readonly json: boolean;
  /** Shows what a line of TypeScript prints, as it prints it. */
  print(text: string): void;
  /** Shows how far a line has come, until the next such text; an empty one ends it. By default nobody sees it. */
  progress?(text: string): void;
  /** Runs a piece of TypeScript that may never end, in such a way that Ctrl-C reaches it; by default just so. */
  interruptible?<T>(run: () => T): T;
  /** Waits; rejects when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** How long a loop of verbs may keep everybody else waiting. */
const breathEveryMs = 20;

export class Session {
  private journal: JournalEntry[] = [];
  private left: SimulatedWorld[] = [];
  /** What the first line that had something to say about it wants the process to end with; 0 if none. */
  exitCode = 0;
  private running: AbortController | undefined;
  /** Known to everything that a line sets going, so that a loop of verbs ends when its line is cancelled. */
  private readonly lineSignal = new AsyncLocalStorage<AbortSignal>();
  private breathedAtMs = 0;
  private isProgressing = false;
  /** What a verb that a line of TypeScript has called wants of the session. */
  private called: Pick<Reply, 'exit'> = {};
  private readonly verbs: ReadonlyMap<string, Command>;
  private readonly evaluator: Evaluator;

  private constructor(
    private readonly parts: SessionParts,
    private opened: Opened,
  ) {
    this.verbs = new Map(parts.commands.map((command) => [command.name, command]));
    this.evaluator = new Evaluator({
      fixed: Object.fromEntries(parts.commands.map((command) => [command.callName, this.callable(command)])),
      live: { world: () => this.opened.world, stages: () => parts.stages },
      prelude: () => prelude(parts.commands, this.opened.world.mode),
      print: parts.print,
      interruptible: (run) => (parts.interruptible === undefined ? run() : parts.interruptible(run)),
    });
  }

  /** Opens the first world. Throws a `Refusal` if there can be none. */
  static async start(parts: SessionParts): Promise<Session> {
    return new Session(parts, await parts.open({}));
  }

  get current(): Opened {
    return this.opened;
  }

  look(): Look {
    return this.parts.look();
  }

  /** Gets TypeScript ready in the background, so that its first line need not wait for it. */
  warm(): void {
    this.evaluator.warm();
  }

  /** Does one line. Never throws: what goes wrong is in the reply. */
  async run(line: string): Promise<Reply> {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return nothing;
    const controller = new AbortController();
    this.running = controller;
    const { signal } = controller;
    try {
      return await untilAborted(
        this.lineSignal.run(signal, () => this.dispatch(line, signal)),
        signal,
      );
    } catch (failure) {
      return failed(signal.aborted ? signal.reason : failure, line, this.parts.look());
    } finally {
      this.running = undefined;
      this.progress('');
    }
  }

  /** Ends the line that is running, for this reason; false if none is. */
  interrupt(reason: Refusal = new Cancelled()): boolean {
    this.running?.abort(reason);
    return this.running !== undefined;
  }

  /** What can be typed at the end of a line. */
  async complete(line: string): Promise<Completion> {
    const { faults } = await this.opened.world.census();
    return complete(line, this.parts.commands, { ...this.known(), faults: faults.map(({ text }) => text) });
  }

  async close(): Promise<void> {
    this.interrupt();
    await Promise.all([this.evaluator.close(), this.opened.close()]);
  }

  /** Nothing is taken away where nothing was shown: what a line printed last may stand there. */
  private progress(text: string): void {
    if (text === '' && !this.isProgressing) return;
    this.isProgressing = text !== '';
    this.parts.progress?.(text);
  }

  private async dispatch(line: string, signal: AbortSignal): Promise<Reply> {
    const start = line.search(/\S/);
    if (line.startsWith(';', start)) return this.typescript(line.replace(';', ' '));
    const first = /^[^\s;]+/.exec(line.slice(start))?.[0] ?? '';
    const command = this.commandOf(first);
    if (command !== undefined) return this.oneAfterTheOther(command, line, signal);
    if (meansVerb(line.slice(start), (name) => this.evaluator.knows(name))) {
      const hint = didYouMean(first, this.verbs.keys());
      throw new Mistake(`there is no verb ${first}${hint === '' ? '; help lists them all' : hint}`, start);
    }
    return this.typescript(line);
  }

  private commandOf(name: string): Command | undefined {
    return this.verbs.get(name) ?? this.parts.commands.find(({ callName }) => callName === name);
  }

  /** The verbs of a line, until one of them cannot be done; nothing of it is done if one of them is none. */
  private async oneAfterTheOther(first: Command, line: string, signal: AbortSignal): Promise<Reply> {
    const orders = takesTheRest(first) ? [{ from: line.search(/\S/), to: line.length }] : ordersIn(line);
    const verbs = orders.map(({ from, to }) => {
      const name = /^\S+/.exec(line.slice(from, to))?.[0] ?? '';
      const command = this.commandOf(name);
      if (command !== undefined) return { command, from: from + name.length, line: line.slice(0, to), begin: from };
      throw new Mistake(`there is no verb ${name}${didYouMean(name, this.verbs.keys())}`, from);
    });
    const replies: Reply[] = [];
    for (const { command, from, line: upTo, begin } of verbs) {
      try {
        replies.push(await this.verb(command, upTo, begin, from, signal));
      } catch (failure) {
        if (replies.length === 0 || signal.aborted) throw failure;
        replies.push(failed(failure, line, this.parts.look()));
      }
      if (replies.at(-1)?.ok !== true || replies.at(-1)?.exit === true) break;
    }
    return together(replies);
  }

  private async verb(command: Command, line: string, begin: number, from: number, signal: AbortSignal): Promise<Reply> {
    if (/^\s*=(?![=>])/.test(line.slice(from))) {
      throw new Mistake(
        `${command.name} is a verb and cannot be given a value; choose another name`,
        from - command.name.length,
      );
    }
    const act = command.prepare(wordsOf(command, line, from), this.known(), line);
    const result = await this.perform(command, act, line.slice(begin).trim(), signal);
    if (this.exitCode === 0) this.exitCode = result.exitCode ?? 0;
    return shown(result, this.parts.look(), this.parts.json);
  }

  private async perform(
    command: Command,
    act: (shell: Shell) => Promise<Shown>,
    line: string,
    signal: AbortSignal,
  ): Promise<Shown> {
    const atUs = this.opened.world.nowUs;
    const result = await act(this.shell(signal));
    if (command.acts) this.journal.push({ atUs, line });
    this.evaluator.setLast(result.value);
    return result;
  }

  /** The verb as a function of TypeScript. */
  private callable(command: Command): (...given: unknown[]) => Promise<unknown> {
    return async (...given) => {
      const words = given.map((value) => ({ value, raw: String(value) }));
      const act = command.prepare(words, this.known(), '');
      const signal = this.lineSignal.getStore() ?? new AbortController().signal;
      await this.breathe(signal);
      const { value, exit } = await this.perform(command, act, lineOfCall(command.name, given), signal);
      if (exit === true) this.called = { exit };
      return value;
    };
  }

  /** In simulation a verb never waits: a loop of them must give way by itself, or nobody would hear Ctrl-C. */
  private async breathe(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (performance.now() - this.breathedAtMs < breathEveryMs) return;
    await breathe(signal);
    this.breathedAtMs = performance.now();
  }

  private async typescript(source: string): Promise<Reply> {
    this.called = {};
    try {
      const value = await this.evaluator.evaluate(source);
      if (value !== undefined) this.evaluator.setLast(value);
      return { ...valued(value, this.parts.look(), this.parts.json), ...this.called };
    } catch (failure) {
      if (failure instanceof Unfinished) return { ...nothing, ok: false, incomplete: failure.message };
      throw failure;
    }
  }

  /** Takes another world in place of this one; if there can be none, or nobody wants it any more, this one stays. */
  private async renew(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const before = this.opened;
    const same = { stage: before.stage.name, seed: before.seed };
    if (before.alone) await before.close();
    const next = await this.parts.open({ ...same, ...wanted }).catch(async (failure: unknown) => {
      if (before.alone) this.opened = await this.parts.open(same);
      throw failure;
    });
    if (signal.aborted && !before.alone) return next.close();
    this.opened = next;
    this.journal = [];
    this.left = [];
    if (!before.alone) await before.close();
  }

  private async elsewhere(world: SimulatedWorld, line: string, signal: AbortSignal): Promise<unknown> {
    const there = { ...this.opened, world, virtual: world };
    const first = /^\s*\S+/.exec(line)?.[0] ?? '';
    const command = this.verbs.get(first.trim());
    if (command === undefined)
      throw new Mistake(`there is no verb ${first.trim()}${didYouMean(first.trim(), this.verbs.keys())}`);
    const act = command.prepare(wordsOf(command, line, first.length), this.known(there), line);
    const stay = (): never => {
      throw new Mistake(`${command.name} would leave this world; that can only be done at the prompt`);
    };
    const shell = { ...this.shell(signal, there), enter: stay, fresh: stay };
    return (await act(shell)).value;
  }

  private known({ world, hosts } = this.opened): Known {
    const { nodes, boxes } = world.topology;
    const of = (kind: string): string[] => nodes.filter((node) => node.kind === kind).map(({ id }) => id);
    const clients = of('client');
    return {
      nodes: nodes.map(({ id }) => id),
      boxes: boxes.map(({ id }) => id),
      hosts,
      tiers: [...this.parts.tiers.keys()],
      stages: this.parts.stages.map(({ name }) => name),
      clients: [...clients, ...new Set(clients.map((id) => id.replace(/-\d+$/, '')))],
      databases: [...of(databaseKind), ...of(routerKind)],
      caches: of(cacheKind),
      copies: storeKinds.flatMap(of),
      groups: groupsIn(world.topology),
      verbs: [...this.verbs.keys()],
      faults: [],
    };
  }

  private shell(signal: AbortSignal, opened = this.opened): Shell {
    const { parts, evaluator, journal } = this;
    const { world, virtual, stage, seed, stood } = opened;
    return {
      world,
      virtual,
      stage,
      seed,
      stood,
      stages: parts.stages,
      tiers: parts.tiers,
      pages: parts.commands.map(pageOf),
      signal,
      journal,
      left: this.left,
      enter: (next) => {
        const { virtual } = this.opened;
        this.opened = { ...opened, world: next, virtual: next, close: async () => next.close() };
        if (virtual !== undefined && !this.left.includes(virtual)) virtual.close();
        return this.shell(signal);
      },
      elsewhere: (world, line) => this.elsewhere(world, line, signal),
      fresh: async (wanted) => {
        await this.renew(wanted, signal);
        return this.shell(signal);
      },
      condition: async (source, at) => {
        const before = /\bawait\b/.test(source) ? 'async () => (' : '() => (';
        const made = await evaluator.evaluate(`${before}${source})`).catch((failure: unknown) => {
          if (!(failure instanceof Mistake) || failure.at === undefined) throw failure;
          throw new Mistake(failure.message, at + failure.at - before.length);
        });
        if (typeof made !== 'function') throw new Refusal('this is not an expression');
        return () => made();
      },
      progress: (text) => {
        if (!signal.aborted) this.progress(text);
      },
      sleep: (ms) => parts.sleep(ms, signal),
    };
  }
}

function takesTheRest({ params }: Command): boolean {
  return Object.values(params).some((param) => param.raw === true);
}

/** The words behind a verb; one word for a verb that takes the rest of the line as it stands. */
function wordsOf(command: Command, line: string, from: number): readonly Word[] {
  if (!takesTheRest(command)) return splitWords(line, from);
  const rest = line.slice(from).trim();
  return rest === '' ? [] : [{ value: rest, raw: rest, at: from + line.slice(from).search(/\S/) }];
}

/** A line that is cancelled is not waited for, whatever it waits for itself. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
