/**
 * Histories to try checkers on: a few processes at one sequential object, with calls, effects and ends drawn in any
 * order, so that what comes out is linearizable because it was made that way; and the same with one answer falsified.
 */
import type { Random } from '../kernel/random';
import type { Entry, EntryType } from './history';
import { type Asked, type Sampled, type SampledModel, sampledModels } from './sampled-models';

export interface SampleOptions {
  readonly model: SampledModel;
  readonly operations: number;
  /** How many do something at once; one that is left in the dark is followed by another. */
  readonly processes: number;
  /** How many objects, where the model has keys. */
  readonly keys?: number;
  /** How many different values are written, where they need not be unique. */
  readonly values?: number;
  /** Share of operations whose outcome stays unknown; half of these take effect. */
  readonly unknownShare?: number;
  /** Share of operations that fail without an effect. */
  readonly failShare?: number;
}

/**
 * Draws a linearizable history.
 *
 * @example
 * const entries = sampleHistory(seeded(7), { model: 'register', operations: 100, processes: 5 });
 */
export function sampleHistory(random: Random, options: SampleOptions): Entry[] {
  return new Sampling(random, options).entries();
}

/**
 * The same history with one answer of another value, where there is an answer to falsify. It may be linearizable all the
 * same: another order may explain it.
 */
export function falsified(random: Random, history: readonly Entry[], values: readonly unknown[]): Entry[] {
  const answers = [...history.keys()].filter((at) => {
    const entry = history[at];
    return entry?.type === 'ok' && /^(read|get|dequeue)$/.test(entry.f);
  });
  const at = answers[random.int(Math.max(1, answers.length))];
  const others = values.filter((value) => at === undefined || value !== history[at]?.value);
  const value = others[random.int(Math.max(1, others.length))];
  return history.map((entry, index) => (index === at && others.length > 0 ? { ...entry, value } : entry));
}

/** One process and what it is doing. */
interface Client {
  process: string;
  doing: { readonly asked: Asked; readonly key: string | undefined; readonly fate: Fate } | undefined;
  answer: { readonly type: EntryType; readonly output: unknown } | undefined;
}
type Fate = 'answered' | 'failed' | 'unknown' | 'unknown, without effect';

class Sampling {
  private readonly written: Entry[] = [];
  private readonly states = new Map<string | undefined, unknown>();
  private readonly sampled: Sampled;
  private called = 0;
  private processes = 0;
  private timeUs = 0;

  constructor(
    private readonly random: Random,
    private readonly options: SampleOptions,
  ) {
    this.sampled = sampledModels[options.model];
  }

  /** Each turn somebody calls, has an effect, or is answered: whoever is drawn. */
  entries(): Entry[] {
    const clients = Array.from({ length: this.options.processes }, () => this.client());
    const isBusy = ({ doing }: Client): boolean => doing !== undefined;
    while (this.called < this.options.operations || clients.some(isBusy)) {
      const able = this.called < this.options.operations ? clients : clients.filter(isBusy);
      const at = this.random.int(able.length);
      const client = able[at];
      if (client === undefined) break;
      if (client.doing === undefined) this.call(client);
      else if (client.answer === undefined) this.affect(client);
      else if (this.end(client)) clients[clients.indexOf(client)] = this.client();
    }
    return this.written;
  }

  private client(): Client {
    return { process: String(this.processes++), doing: undefined, answer: undefined };
  }

  private call(client: Client): void {
    const { keys = 1, values = 5, model, unknownShare = 0, failShare = 0 } = this.options;
    const asked = this.sampled.draw(this.random, values, this.called++);
    const key = keys > 1 || model === 'kv' ? `k${this.random.int(keys)}` : undefined;
    const luck = this.random.next();
    const unlucky = luck < unknownShare + failShare ? 'failed' : 'answered';
    const fate = luck >= unknownShare ? unlucky : luck * 2 < unknownShare ? 'unknown' : 'unknown, without effect';
    client.doing = { asked, key, fate };
    this.write(client, 'invoke', asked.input);
  }

  private affect(client: Client): void {
    if (client.doing === undefined) return;
    const { asked, key, fate } = client.doing;
    const held = this.states.has(key) ? this.states.get(key) : this.sampled.initial;
    const has = fate === 'answered' || fate === 'unknown';
    const after = has ? this.sampled.answer(held, asked, client.process) : undefined;
    if (after !== undefined) this.states.set(key, after.state);
    if (fate !== 'answered' && fate !== 'failed') client.answer = { type: 'unknown', output: asked.input };
    else
      client.answer =
        after === undefined ? { type: 'fail', output: asked.input } : { type: 'ok', output: after.output };
  }

  /** Whether the process is no more to be used. */
  private end(client: Client): boolean {
    const { answer } = client;
    if (answer !== undefined) this.write(client, answer.type, answer.output);
    client.doing = undefined;
    client.answer = undefined;
    return answer?.type === 'unknown';
  }

  private write({ process, doing }: Client, type: EntryType, value: unknown): void {
    if (doing === undefined) return;
    this.timeUs += 1 + this.random.int(1000);
    const { asked, key } = doing;
    this.written.push({ process, type, f: asked.f, key, value, time: this.timeUs, line: this.written.length + 1 });
  }
}
