/**
 * What a balancer knows of its servers: who is in the pool, who is well, who has how much to do. Health is judged by
 * probes and by what becomes of real requests; each change of judgement is an act with its reason.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Reporter } from '../../kernel/tier';
import type { Candidate } from './policy';

export interface HealthRules {
  /** So many failures in a row eject a server ... */
  readonly failuresToEject: number;
  /** ... and so many good probes in a row take it back. */
  readonly successesToReadmit: number;
}

/** One server. */
export class Server implements Candidate {
  place = 0;
  inFlight = 0;
  served = 0;
  healthy = true;
  /** Failures in a row while healthy, good probes in a row while not. */
  streak = 0;
  lastProblem = '';

  constructor(readonly id: NodeId) {}
}

export class Servers {
  private readonly known = new Map<NodeId, Server>();
  private all: readonly Server[] = [];
  /** Those that may be chosen, in the order of the pool. */
  candidates: readonly Server[] = [];

  constructor(
    private readonly report: Reporter,
    private readonly rules: () => HealthRules,
  ) {}

  /** The pool changed. New servers are used at once: a probe or a request will tell if that was too soon. */
  update(pool: readonly NodeId[]): void {
    for (const id of this.known.keys()) if (!pool.includes(id)) this.known.delete(id);
    this.all = pool.map((id, place) => {
      const server = this.known.get(id) ?? new Server(id);
      this.known.set(id, server);
      server.place = place;
      return server;
    });
    this.choose();
  }

  get pool(): readonly Server[] {
    return this.all;
  }

  /** A request or a probe went well. Only probes take an ejected server back. */
  succeeded(server: Server, isProbe: boolean): void {
    if (server.healthy) {
      server.streak = 0;
    } else if (isProbe && ++server.streak >= this.rules().successesToReadmit) {
      server.healthy = true;
      server.streak = 0;
      this.choose();
      this.report.act(`readmit ${server.id}`, `${this.rules().successesToReadmit} good probes in a row`);
    }
  }

  /** A request or a probe failed. */
  failed(server: Server, problem: string): void {
    server.lastProblem = problem;
    if (!server.healthy) {
      server.streak = 0;
    } else if (++server.streak >= this.rules().failuresToEject) {
      server.healthy = false;
      const failures = server.streak;
      server.streak = 0;
      this.choose();
      this.report.act(`eject ${server.id}`, `${failures} failures in a row; the last: ${problem}`);
    }
  }

  /** Why nobody can be chosen. */
  describe(): string {
    if (this.all.length === 0) return 'the pool is empty';
    return this.all.map(({ id, lastProblem }) => `${id}: ${lastProblem || 'not tried'}`).join('; ');
  }

  view(): unknown {
    return this.all.map(({ id, healthy, inFlight, served, lastProblem }) => ({
      id,
      healthy,
      inFlight,
      served,
      ...(lastProblem === '' ? {} : { lastProblem }),
    }));
  }

  private choose(): void {
    this.candidates = this.all.filter(({ healthy }) => healthy);
  }
}
