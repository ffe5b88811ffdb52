/**
 * A data centre with its verbs, the same in both worlds: in simulation a verb returns its result, on threads a promise
 * of it.
 */
import type { Observable } from 'rxjs';
import type { Address, Body, NodeId } from '../kernel/envelope';
import type { WorldEvent } from '../kernel/events';
import type { BoxSize, Command } from '../kernel/operations';
import type { FaultSpec } from '../kernel/rule';
import type { NodeSpec, Topology } from '../kernel/topology';
import {
  type ClientFetch,
  type ClientLoad,
  type ClientReport,
  type ClientResponse,
  clientLoading,
  clientReport,
  clientResponse,
} from '../protocols/client';
import { type CloudOrder, cloudAddress, cloudDone, cloudFailed } from '../protocols/cloud';
import type { Mode, Now } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';
import { StrategyOperator } from './strategy-operator';

/** How a fetch is made. */
export interface FetchOptions {
  /** Which client node does it: its id, or the first whose device is this (`app`, `browser`). */
  readonly client?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeout?: Duration;
}

/** How a load is made. */
export type LoadOptions = Partial<Omit<ClientLoad, 'kind' | 'shape'>> & { readonly client?: string };

/** Mail from the operator. */
type Tell = Extract<Command, { verb: 'tell' }>;

/** What to spawn, beyond the tier. */
export interface SpawnOptions extends BoxSize {
  readonly id?: NodeId;
  /** Whom it stands with; by default all nodes of its kind. */
  readonly pool?: string;
  readonly box?: string;
  readonly config?: unknown;
  readonly restart?: NodeSpec['restart'];
}

/** Mail as it is typed: with whatever fields its kind has. */
interface WrittenTell {
  readonly verb: 'tell';
  readonly to: Address;
  readonly body: Body & Readonly<Record<string, unknown>>;
  readonly budgetMs: number;
}

/** How long the cloud may take over an order before it counts as lost. */
const orderBudgetMs = 30_000;
const defaultTimeoutMs = 5_000;
/** A client needs a moment more than its user's patience to say that it has run out. */
const graceMs = 1_000;

export abstract class World<M extends Mode> extends StrategyOperator<M> {
  get nowUs(): number {
    return this.runtime.nowUs;
  }

  /** Everything that happens, as it happens. */
  get events(): Observable<WorldEvent> {
    return this.runtime.events;
  }

  // --- users -----------------------------------------------------------------------------------------------------------

  get(url: string, options?: FetchOptions): Now<M, ClientResponse> {
    return this.fetch('GET', url, options);
  }

  post(url: string, body: unknown, options?: FetchOptions): Now<M, ClientResponse> {
    return this.fetch('POST', url, { ...options, body });
  }

  put(url: string, body: unknown, options?: FetchOptions): Now<M, ClientResponse> {
    return this.fetch('PUT', url, { ...options, body });
  }

  patch(url: string, body: unknown, options?: FetchOptions): Now<M, ClientResponse> {
    return this.fetch('PATCH', url, { ...options, body });
  }

  delete(url: string, options?: FetchOptions): Now<M, ClientResponse> {
    return this.fetch('DELETE', url, options);
  }

  /** Logs a device in as a user; it keeps the cookie. Users that a site has from the beginning have the password `secret`. */
  login(user: number, password = 'secret', options?: FetchOptions): Now<M, ClientResponse> {
    return this.post('/login', { user, password }, options);
  }

  logout(options?: FetchOptions): Now<M, ClientResponse> {
    return this.fetch('POST', '/logout', options);
  }

  /** A user's request, from the device through DNS to the site and back. */
  fetch(method: string, url: string, options: FetchOptions = {}): Now<M, ClientResponse> {
    const { to, body, budgetMs } = this.request(method, url, options);
    return this.tell(to, body, budgetMs, (answer, settle) =>
      clientResponse.accepts(answer) ? settle.done(answer) : settle.refused(`unexpected answer ${answer.kind}`),
    );
  }

  /** A user's request as the command that `fetch` does. */
  request(method: string, url: string, options: FetchOptions = {}): Tell {
    const timeoutMs = durationMs(options.timeout ?? defaultTimeoutMs);
    const headers = { ...options.headers };
    const { body } = options;
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const message: ClientFetch = {
      kind: 'client.fetch',
      method,
      url,
      headers,
      timeoutMs,
      ...(text === undefined ? {} : { body: text }),
    };
    return { verb: 'tell', to: this.client(options.client), body: message, budgetMs: timeoutMs + graceMs };
  }

  /** Keeps up a load until `loadStop`. */
  load(shape: ClientLoad['shape'], options: LoadOptions = {}): Now<M, string> {
    const { to, body, budgetMs } = this.loading(shape, options);
    return this.tell(to, body, budgetMs, (answer, settle) =>
      clientLoading.accepts(answer) ? settle.done(answer.text) : settle.refused(`unexpected answer ${answer.kind}`),
    );
  }

  /** A load as the command that `load` does. */
  loading(shape: ClientLoad['shape'], { client, ...rest }: LoadOptions = {}): Tell {
    const body = { kind: 'client.load', shape, writes: 0, users: 1_000, timeoutMs: defaultTimeoutMs, ...rest } as const;
    return { verb: 'tell', to: this.client(client ?? 'crowd'), body, budgetMs: graceMs };
  }

  loadStop(client?: string): Now<M, ClientReport> {
    return this.report(client, 'client.stop');
  }

  loadReport(client?: string): Now<M, ClientReport> {
    return this.report(client, 'client.ask');
  }

  // --- the cloud -------------------------------------------------------------------------------------------------------

  /** Orders a new node; gives back its id once it can serve. */
  spawn(tier: string, options: SpawnOptions = {}): Now<M, NodeId> {
    const { id, ...rest } = options;
    const order = { kind: 'cloud.spawn', tier, ...rest, ...(id === undefined ? {} : { node: id }) } as const;
    return this.chain(
      this.order(order, (done) => done.node),
      (node) => this.afterReady(node, `${node} was spawned`, [node]),
    );
  }

  /**
   * Takes a node out of service, lets it finish, and ends it with its disk. What only a cache server has is in the database
   * before, or it stays.
   */
  retire(node: NodeId): Now<M, string> {
    const retired = (): Now<M, string> => this.order({ kind: 'cloud.retire', node }, (done) => done.text);
    if (!this.homes().includes(node)) return retired();
    return this.chain(this.writesToCache(), (does) => {
      if (!does) return retired();
      return this.chain(this.drain([node], `${node} is not retired`), () =>
        this.chain(this.inquire(cloudAddress, { kind: 'cloud.retire', node } as const, orderBudgetMs), (heard) => {
          if ('answer' in heard && cloudDone.accepts(heard.answer)) return this.known(heard.answer.text);
          const reason =
            'reason' in heard ? heard.reason : cloudFailed.accepts(heard.answer) ? heard.answer.reason : '';
          return this.chain(this.gate([node], true), () => {
            throw new Refusal(reason);
          });
        }),
      );
    });
  }

  /** Starts a dead node now; back once it can serve. */
  restart(node: NodeId): Now<M, string> {
    return this.chain(
      this.isOurs(node)
        ? this.order({ kind: 'cloud.restart', node }, (done) => done.text)
        : this.perform({ verb: 'restart', node }),
      (text) => this.afterReady(text, text, [node]),
    );
  }

  /** Changes the size of the box under a node. */
  resize(node: NodeId, size: BoxSize): Now<M, string> {
    return this.order({ kind: 'cloud.resize', node, ...size }, (done) => done.text);
  }

  // --- accidents -------------------------------------------------------------------------------------------------------

  /** Ends the process of a node; its box starts it again by its restart policy unless it is to stay dead. */
  kill(node: NodeId, options: { readonly stay?: boolean } = {}): Now<M, string> {
    return this.perform({ verb: 'kill', node, stay: options.stay === true });
  }

  /** Stops the process of a node where it stands. */
  pause(node: NodeId): Now<M, string> {
    return this.perform({ verb: 'pause', node });
  }

  resume(node: NodeId): Now<M, string> {
    return this.perform({ verb: 'resume', node });
  }

  killBox(box: string, options: { readonly stay?: boolean } = {}): Now<M, string> {
    return this.perform({ verb: 'kill-box', box, stay: options.stay === true });
  }

  /** Switches a box on; back once what starts on it can serve. */
  restartBox(box: string): Now<M, string> {
    return this.chain(this.perform({ verb: 'restart-box', box }), (text) =>
      this.afterReady(text, text, this.on([box])),
    );
  }

  /** Ends a thread with all that it carries; it is replaced unless it is to stay dead. */
  killHost(host: number, options: { readonly stay?: boolean } = {}): Now<M, string> {
    return this.perform({ verb: 'kill-host', host, stay: options.stay === true });
  }

  /** Starts a thread in the place of a dead one; back once what it carries can serve. */
  restartHost(host: number): Now<M, string> {
    return this.chain(this.perform({ verb: 'restart-host', host }), (text) =>
      this.chain(this.census(), ({ hosts }) =>
        this.afterReady(text, text, this.on(hosts.find(({ id }) => id === host)?.boxes ?? [])),
      ),
    );
  }

  /** Puts a fault in force; gives back its number and how it reads. */
  fault<F extends FaultSpec>(fault: F): Now<M, { readonly fault: number; readonly text: string }> {
    return this.outcome({ verb: 'add-fault', fault }, (outcome) => ({ fault: outcome.fault ?? 0, text: outcome.text }));
  }

  /** Takes a fault back. */
  unfault(fault: number): Now<M, string> {
    return this.perform({ verb: 'remove-fault', fault });
  }

  /** Takes all faults back. */
  healAll(): Now<M, string> {
    return this.perform({ verb: 'heal-all' });
  }

  // --- the rest --------------------------------------------------------------------------------------------------------

  /** Lays settings over a running node's config; refused with the path of what is wrong. */
  configure(node: NodeId, config: unknown): Now<M, string> {
    return this.perform({ verb: 'configure', node, config });
  }

  /** Goes from what runs to another topology, step by step; back once everybody can serve. */
  apply(topology: Topology): Now<M, string> {
    return this.chain(
      this.outcome({ verb: 'apply', topology }, ({ text }) => text),
      (text) => this.afterReady(text, text),
    );
  }

  /** Waits until everybody who runs can serve; refused with who cannot, and why, when that takes too long. */
  ready(): Now<M, string> {
    return this.afterReady('ready', 'the site runs');
  }

  /** Any command, as a log or a counterexample holds it. */
  command(command: Command | WrittenTell): Now<M, string> {
    if (command.verb === 'apply') return this.apply(command.topology);
    if (command.verb === 'tell') {
      return this.tell(command.to, command.body, command.budgetMs, (answer, settle) =>
        settle.done(JSON.stringify(answer)),
      );
    }
    return this.perform(command);
  }

  /** Does a command and goes on without waiting for what comes of it; throws a `Refusal` if it is refused at once. */
  start(command: Command): void {
    let problem: string | undefined;
    this.begin(command, (reply) => {
      if ('outcome' in reply && !reply.outcome.ok) problem = reply.outcome.reason;
    });
    if (problem !== undefined) throw new Refusal(problem);
  }

  private on(boxes: readonly string[]): NodeId[] {
    return this.topology.nodes.filter(({ box }) => boxes.includes(box)).map(({ id }) => id);
  }

  private order<T>(order: CloudOrder, read: (done: { node: NodeId; text: string }) => T): Now<M, T> {
    return this.tell(cloudAddress, order, orderBudgetMs, (answer, settle) => {
      if (cloudDone.accepts(answer)) settle.done(read(answer));
      else settle.refused(cloudFailed.accepts(answer) ? answer.reason : `unexpected answer ${answer.kind}`);
    });
  }

  private report(client: string | undefined, kind: string): Now<M, ClientReport> {
    return this.tell(this.client(client ?? 'crowd'), { kind }, graceMs, (answer, settle) =>
      clientReport.accepts(answer) ? settle.done(answer) : settle.refused(`unexpected answer ${answer.kind}`),
    );
  }

  /** Whether the cloud takes orders for a node. Name servers, devices and the cloud itself start by other hands. */
  private isOurs(node: NodeId): boolean {
    const { nodes, boxes } = this.topology;
    const on = nodes.find(({ id }) => id === node)?.box;
    return (boxes.find(({ id }) => id === on)?.zone ?? 'site') === 'site';
  }

  private client(wanted = 'app'): NodeId {
    const clients = this.topology.nodes.filter(({ kind }) => kind === 'client').map(({ id }) => id);
    const found = clients.find((id) => id === wanted) ?? clients.find((id) => id.startsWith(`${wanted}-`));
    if (found === undefined)
      throw new Refusal(`there is no client ${wanted} (clients: ${clients.join(', ') || 'none'})`);
    return found;
  }
}
