/**
 * While a simulated world runs, the real clock and real chance throw: a behaviour that reaches for them would give
 * another history on every run, and the error says so where it happens instead of where it shows.
 */
import nodeCrypto from 'node:crypto';

/**
 * What is out of reach: its owner, how it is called, and the property to hide. Not `process.nextTick`, on which
 * `console.log` stands: whoever listens to a world may print, and what a behaviour does in a tick is outside its turns.
 */
const forbidden: readonly (readonly [owner: object, called: string, property: string])[] = [
  [globalThis, 'setTimeout', 'setTimeout'],
  [globalThis, 'setInterval', 'setInterval'],
  [globalThis, 'setImmediate', 'setImmediate'],
  [globalThis, 'queueMicrotask', 'queueMicrotask'],
  [globalThis, 'fetch', 'fetch'],
  [Math, 'Math.random', 'random'],
  [Date, 'Date.now', 'now'],
  [performance, 'performance.now', 'now'],
  [process, 'process.hrtime', 'hrtime'],
  [crypto, 'crypto.randomUUID', 'randomUUID'],
  [crypto, 'crypto.getRandomValues', 'getRandomValues'],
  [nodeCrypto, 'crypto.randomUUID', 'randomUUID'],
  [nodeCrypto, 'crypto.randomBytes', 'randomBytes'],
  [nodeCrypto, 'crypto.randomInt', 'randomInt'],
];

/** Thrown by a forbidden call. */
export class RealTimeError extends Error {
  override name = 'RealTimeError';
}

const hidden = forbidden.map(([owner, called, property]) => {
  const refuse = (): never => {
    throw refusal(called);
  };
  // `process.hrtime.bigint` is a property of a property.
  const value = property === 'hrtime' ? Object.assign(refuse, { bigint: refuse }) : refuse;
  return { owner, property, descriptor: { configurable: true, enumerable: true, writable: true, value } };
});

const RealDate = Date;
const HiddenDate = new Proxy(RealDate, {
  construct(target, given: []) {
    if (given.length === 0) throw refusal('new Date()');
    return new target(...given);
  },
  apply() {
    throw refusal('Date()');
  },
});

let depth = 0;

/** Runs a piece of simulation with the real world out of reach. */
export function withoutRealTime<T>(run: () => T): T {
  if (depth > 0) return run();
  depth++;
  const restore = hidden.map(({ owner, property, descriptor }) => {
    const real = Object.getOwnPropertyDescriptor(owner, property);
    Object.defineProperty(owner, property, descriptor);
    return { owner, property, real };
  });
  globalThis.Date = HiddenDate;
  try {
    return run();
  } finally {
    depth--;
    globalThis.Date = RealDate;
    for (const { owner, property, real } of restore) {
      if (real === undefined) Reflect.deleteProperty(owner, property);
      else Object.defineProperty(owner, property, real);
    }
  }
}

function refusal(call: string): RealTimeError {
  return new RealTimeError(`${call} was called in a simulated world; use node.clock, node.wallNowMs() or node.random`);
}
