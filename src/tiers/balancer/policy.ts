/**
 * How a balancer chooses: a pure function from the candidates and what it remembers to one of them. A new way of
 * choosing is one file like `round-robin.ts` and one line in `policies.ts`.
 */
import type { Random } from '../../kernel/random';
import type { SetCookie } from '../../protocols/cookies';

/** A server that may be chosen. */
export interface Candidate {
  readonly id: string;
  /** Place in the pool; candidates come in this order, with gaps where servers are out. */
  readonly place: number;
  /** Requests of this balancer that it works on. */
  readonly inFlight: number;
}

/** What of a request a policy may look at. */
export interface Arrival {
  /** Who asks. */
  readonly from: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Who was chosen, by place among the candidates, and what to remember for the next time. */
export interface Choice<Memory> {
  readonly index: number;
  readonly memory: Memory;
}

export interface Policy<Memory> {
  readonly initial: Memory;
  /** There is at least one candidate. */
  choose(candidates: readonly Candidate[], memory: Memory, arrival: Arrival, random: Random): Choice<Memory>;
  /** What the device is asked to remember and to tell next time, now that this one has served it. */
  mark?(server: Candidate, arrival: Arrival): SetCookie | undefined;
}

/** A policy with what it remembers, for a balancer that need not know what that is. */
export interface Chooser {
  choose(candidates: readonly Candidate[], arrival: Arrival, random: Random): number;
  mark(server: Candidate, arrival: Arrival): SetCookie | undefined;
}

/** Starts a policy from its initial memory. */
export function chooser<Memory>(policy: Policy<Memory>): () => Chooser {
  return () => {
    let memory = policy.initial;
    return {
      choose(candidates, arrival, random) {
        const choice = policy.choose(candidates, memory, arrival, random);
        memory = choice.memory;
        return choice.index;
      },
      mark: (server, arrival) => policy.mark?.(server, arrival),
    };
  };
}
