/**
 * The process behind `Apart`: makes one side and measures it as often as it is told to.
 */
import type { Order, Outcome } from './apart';
import { collectGarbage, type Side } from './harness';
import { sides as pingPong } from './ping-pong';
import { sides as site } from './site';

const benchmarks: Readonly<Record<string, Readonly<Record<string, () => Side>>>> = { 'ping-pong': pingPong, site };

const [benchmark = '', name = ''] = process.argv.slice(2);
let side: Side | undefined;

async function measure({ scale }: Order): Promise<Outcome> {
  try {
    side ??= benchmarks[benchmark]?.[name]?.();
    if (side === undefined) return { failure: `there is nothing to measure called ${benchmark} ${name}` };
    collectGarbage();
    return { value: await side.measure(scale) };
  } catch (failure) {
    return { failure: failure instanceof Error ? failure.message : String(failure) };
  }
}

process.on('message', (order: Order) => void measure(order).then((outcome) => process.send?.(outcome)));
