/**
 * Sequential objects that are done to rather than judged: asked for something in a state, they answer. They are written
 * apart from the models that checkers use, so that one can be held against the other.
 */
import type { Random } from '../kernel/random';

export type SampledModel = 'register' | 'cas-register' | 'kv' | 'queue' | 'counter' | 'mutex';

export interface Asked {
  readonly f: string;
  readonly input: unknown;
}

/** How one object answers. */
export interface Sampled {
  readonly initial: unknown;
  draw(random: Random, values: number, serial: number): Asked;
  /** `undefined` where it fails. */
  answer(
    state: unknown,
    asked: Asked,
    process: string,
  ): { readonly state: unknown; readonly output: unknown } | undefined;
}

const plainRegister: Sampled = {
  initial: null,
  draw: (random, values) =>
    random.int(2) === 0 ? { f: 'read', input: null } : { f: 'write', input: random.int(values) },
  answer: (state, { f, input }) => (f === 'read' ? { state, output: state } : { state: input, output: input }),
};

export const sampledModels: Readonly<Record<SampledModel, Sampled>> = {
  register: plainRegister,

  'cas-register': {
    initial: null,
    draw(random, values, serial) {
      if (random.int(3) > 0) return plainRegister.draw(random, values, serial);
      return { f: 'cas', input: [random.int(values), random.int(values)] };
    },
    answer(state, asked, process) {
      if (asked.f !== 'cas') return plainRegister.answer(state, asked, process);
      const [old, next]: unknown[] = Array.isArray(asked.input) ? asked.input : [];
      return old === state ? { state: next, output: asked.input } : undefined;
    },
  },

  kv: {
    initial: '',
    draw(random, _values, serial) {
      const kind = random.int(8);
      if (kind < 4) return { f: 'get', input: null };
      return kind < 7 ? { f: 'append', input: `${serial}.` } : { f: 'put', input: `${serial}.` };
    },
    answer(state, { f, input }) {
      if (f === 'get') return { state, output: state };
      return { state: f === 'put' ? input : `${state}${input}`, output: input };
    },
  },

  queue: {
    initial: [],
    draw: (random, _values, serial) =>
      random.int(2) === 0 ? { f: 'enqueue', input: serial } : { f: 'dequeue', input: null },
    answer(state, { f, input }) {
      const items: unknown[] = Array.isArray(state) ? state : [];
      if (f === 'enqueue') return { state: [...items, input], output: input };
      return { state: items.slice(1), output: items.length === 0 ? null : items[0] };
    },
  },

  counter: {
    initial: 0,
    draw: (random, values) =>
      random.int(2) === 0 ? { f: 'read', input: null } : { f: 'add', input: 1 + random.int(values) },
    answer(state, { f, input }) {
      if (f === 'read') return { state, output: state };
      return { state: Number(state) + Number(input), output: input };
    },
  },

  mutex: {
    initial: null,
    draw: (random) => ({ f: random.int(2) === 0 ? 'acquire' : 'release', input: null }),
    answer(state, { f }, process) {
      if (f === 'acquire') return state === null ? { state: process, output: null } : undefined;
      return state === process ? { state: null, output: null } : undefined;
    },
  },
};
