/**
 * The peer of the threaded runtime: two worker threads that talk through one bare `MessagePort`, one `postMessage` per
 * message, and do what the talker and the listener do. Bodies travel without an envelope, which is in the peer's favour.
 */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { median } from './statistics';
import { batchNotes, windowBatches } from './thread-tiers';

export type RawOrder =
  | { readonly order: 'talk'; readonly batches: number }
  | { readonly order: 'volley'; readonly abreast: number; readonly rounds: number; readonly pauseMs: number };

/** Messages or round trips that were made, and what they took: all of them in `ms`, the median round trip in `us`. */
export interface RawReport {
  readonly count: number;
  readonly ms: number;
  readonly medianUs: number;
}

type Piece = { readonly kind: 'note' | 'noted' | 'ping' | 'pong'; readonly number: number };

/** Two threads and the port between them. */
export class RawPair {
  private constructor(
    private readonly talker: Worker,
    private readonly listener: Worker,
  ) {}

  static async open(): Promise<RawPair> {
    const { port1, port2 } = new MessageChannel();
    const thread = (role: 'talker' | 'listener', port: MessagePort): Worker =>
      new Worker(__filename, { workerData: { role, port }, transferList: [port] });
    const [talker, listener] = [thread('talker', port1), thread('listener', port2)];
    await Promise.all([once(talker, 'online'), once(listener, 'online')]);
    return new RawPair(talker, listener);
  }

  async run(order: RawOrder): Promise<RawReport> {
    this.talker.postMessage(order);
    const [report] = (await once(this.talker, 'message')) as [RawReport];
    return report;
  }

  async close(): Promise<void> {
    await Promise.all([this.talker.terminate(), this.listener.terminate()]);
  }
}

function listen(port: MessagePort): void {
  let heard = 0;
  port.on('message', ({ kind, number }: Piece) => {
    if (kind === 'ping') port.postMessage({ kind: 'pong', number });
    else if (++heard % batchNotes === 0) port.postMessage({ kind: 'noted', number: batchNotes });
  });
}

class Talker {
  private hear: (piece: Piece) => void = () => undefined;

  constructor(private readonly port: MessagePort) {
    port.on('message', (piece: Piece) => this.hear(piece));
  }

  obey(order: RawOrder, done: (report: RawReport) => void): void {
    if (order.order === 'talk') this.talk(order.batches, done);
    else this.volley(order.abreast, order.rounds, order.pauseMs, done);
  }

  private talk(batches: number, done: (report: RawReport) => void): void {
    const fromMs = performance.now();
    let [left, count] = [batches, 0];
    const send = (): void => {
      if (left === 0) return;
      left--;
      for (let number = 1; number <= batchNotes; number++) this.port.postMessage({ kind: 'note', number });
    };
    this.hear = ({ number }) => {
      count += number;
      if (count === batches * batchNotes) done({ count, ms: performance.now() - fromMs, medianUs: 0 });
      else send();
    };
    for (let i = 0; i < windowBatches; i++) send();
  }

  private volley(abreast: number, rounds: number, pauseMs: number, done: (report: RawReport) => void): void {
    const fromMs = performance.now();
    const startedMs: number[] = [];
    const timesMs: number[] = [];
    const next = (): void => {
      if (startedMs.length === rounds) return;
      const number = startedMs.length;
      startedMs.push(performance.now());
      this.port.postMessage({ kind: 'ping', number });
    };
    this.hear = ({ number }) => {
      timesMs.push(performance.now() - (startedMs[number] ?? 0));
      if (timesMs.length === rounds) {
        done({ count: rounds, ms: performance.now() - fromMs, medianUs: median(timesMs) * 1_000 });
      } else if (pauseMs > 0) setTimeout(next, pauseMs);
      else next();
    };
    for (let i = 0; i < abreast; i++) next();
  }
}

if (parentPort !== null) {
  const owner = parentPort;
  const { role, port }: { role: 'talker' | 'listener'; port: MessagePort } = workerData;
  if (role === 'listener') listen(port);
  else {
    const talker = new Talker(port);
    owner.on('message', (order: RawOrder) => talker.obey(order, (report) => owner.postMessage(report)));
  }
}
