/**
 * A threaded world under measurement: its callbacks as promises, its refusals as errors.
 */
import type { Body } from '../src/kernel/envelope';
import type { Operation, Outcome } from '../src/kernel/operations';
import type { Door, Runtime } from '../src/kernel/runtime';
import type { Message } from '../src/kernel/schema';
import type { Topology } from '../src/kernel/topology';

const budgetMs = 60_000;

export function applied(runtime: Runtime, topology: Topology): Promise<void> {
  return new Promise((resolve, reject) => runtime.apply(topology, settle(resolve, reject)));
}

export function performed(runtime: Runtime, operation: Operation): Promise<void> {
  return new Promise((resolve, reject) => runtime.perform(operation, settle(resolve, reject)));
}

/** Asks through a door; fails when the answer is not of the kind that was hoped for. */
export function asked<Q extends Body, A extends Body>(door: Door, to: string, body: Q, hoped: Message<A>): Promise<A> {
  return new Promise((resolve, reject) => {
    door.ask(to, body, budgetMs, (answer) => {
      if (answer !== undefined && hoped.accepts(answer.body)) resolve(answer.body);
      else reject(new Error(`${to} answered ${JSON.stringify(answer?.body ?? null)} to ${body.kind}`));
    });
  });
}

function settle(resolve: () => void, reject: (failure: Error) => void): (outcome: Outcome) => void {
  return (outcome) => (outcome.ok ? resolve() : reject(new Error(outcome.reason)));
}
