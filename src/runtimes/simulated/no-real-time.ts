/**
 * While a simulated world runs, the real clock and real chance throw: a behaviour that reaches for them would give
 * another history on every run, and the error says so where it happens instead of where it shows.
 */

const forbidden = {
  setTimeout: globalThis,
  setInterval: globalThis,
  setImmediate: globalThis,
  queueMicrotask: globalThis,
  fetch: globalThis,
  random: Math,
  now: Date,
} as const;

/** Thrown by a forbidden call. */
export class RealTimeError extends Error {
  override name = 'RealTimeError';
}

let depth = 0;

/** Runs a piece of simulation with the real world out of reach. */
export function withoutRealTime<T>(run: () => T): T {
  if (depth++ > 0) {
    try {
      return run();
    } finally {
      depth--;
    }
  }
  const restore = Object.entries(forbidden).map(([name, owner]) => hide(owner, name));
  const RealDate = globalThis.Date;
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given: []) {
      if (given.length === 0) throw refusal('new Date()');
      return new target(...given);
    },
  });
  try {
    return run();
  } finally {
    depth--;
    globalThis.Date = RealDate;
    for (const undo of restore) undo();
  }
}

function hide(owner: object, name: string): () => void {
  const real = Object.getOwnPropertyDescriptor(owner, name);
  const value = (): never => {
    throw refusal(owner === globalThis ? name : `${owner === Math ? 'Math' : 'Date'}.${name}`);
  };
  Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  return () => {
    if (real !== undefined) Object.defineProperty(owner, name, real);
  };
}

function refusal(call: string): RealTimeError {
  return new RealTimeError(`${call} was called in a simulated world; use node.clock, node.wallNowMs() or node.random`);
}
