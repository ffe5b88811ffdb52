/**
 * From a URL to how it ended: the name through the resolver, then HTTP to the address it got, one deadline over both.
 */
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import { at } from '../../kernel/topology';
import { type HttpRequest, type HttpResponse, positionHeader } from '../../protocols/http';
import type { ClientIn, ClientTurn } from './conversation';
import type { Resolution, Resolver } from './resolver';
import type { Site } from './url';

/** How a request ended: with a response, or in words why there is none. */
export type Ending = HttpResponse | Problem;

export interface Problem {
  readonly kind: 'problem';
  readonly text: string;
  /** In a word or two, for tallies: `timed out`, `refused`. */
  readonly short: string;
  /** Whether the site may have acted on the request all the same. */
  readonly acted: boolean;
}

type Then = (ending: Ending) => void;

export class Transport {
  /** The address that was connected to last: a text that is made anew is hashed anew wherever it is looked up. */
  private last = { ip: '', port: 0, address: '' };
  /** How new the data is that this device has seen: it hands that along, so that a site can show it nothing older. */
  private position = 0;

  constructor(
    private readonly turn: ClientTurn,
    private readonly resolver: Resolver,
  ) {}

  /** Sends a request; `then` is called once, in this turn only where nothing had to be sent. */
  send(site: Site, request: HttpRequest, budgetMs: number, then: Then): void {
    const positioned = this.withPosition(request);
    if (site.isAddress) return this.connect([site.host], site.port, positioned, budgetMs, budgetMs, then);
    const known = this.resolver.known(site.host);
    if (known !== undefined) return this.resolved(known, site, positioned, budgetMs, budgetMs, then);
    this.lookUp(site, positioned, budgetMs, then);
  }

  private withPosition(request: HttpRequest): HttpRequest {
    if (this.position === 0 || request.headers[positionHeader] !== undefined) return request;
    return { ...request, headers: { ...request.headers, [positionHeader]: String(this.position) } };
  }

  private saw({ headers }: HttpResponse): void {
    const position = Number(headers[positionHeader] ?? 0);
    if (position > this.position) this.position = position;
  }

  private lookUp(site: Site, request: HttpRequest, budgetMs: number, then: Then): void {
    const { turn } = this;
    const startMs = turn.nowMs;
    let over = false;
    const cancel = turn.after(budgetMs, () => {
      over = true;
      then(timedOut(budgetMs, `while looking up ${site.host}`, false));
    });
    this.resolver.lookUp(site.host, (resolution) => {
      if (over) return;
      cancel();
      const leftMs = Math.max(0, budgetMs - (turn.nowMs - startMs));
      this.resolved(resolution, site, request, leftMs, budgetMs, then);
    });
  }

  private resolved(
    resolution: Resolution,
    site: Site,
    request: HttpRequest,
    leftMs: number,
    budgetMs: number,
    then: Then,
  ): void {
    if (typeof resolution !== 'string') return this.connect(resolution, site.port, request, leftMs, budgetMs, then);
    const short = resolution.startsWith('no such name') ? 'no such name' : 'no name server';
    then({ kind: 'problem', text: resolution, short, acted: false });
  }

  /** Tries the addresses in turn while connections are refused, which is before anything can have been done. */
  private connect(
    addresses: readonly string[],
    port: number,
    request: HttpRequest,
    leftMs: number,
    budgetMs: number,
    then: Then,
  ): void {
    const address = this.addressOf(addresses[0] ?? '', port);
    const startMs = addresses.length > 1 ? this.turn.nowMs : 0;
    this.turn.ask(address, request, leftMs, (answer) => {
      const ending = endingOf(answer, budgetMs, address);
      if (ending.kind === 'problem' && !ending.acted && addresses.length > 1) {
        const remainsMs = leftMs - (this.turn.nowMs - startMs);
        if (remainsMs > 0) return this.connect(addresses.slice(1), port, request, remainsMs, budgetMs, then);
      }
      if (ending.kind === 'http.response') this.saw(ending);
      then(ending);
    });
  }

  private addressOf(ip: string, port: number): string {
    const { last } = this;
    if (last.ip !== ip || last.port !== port) this.last = { ip, port, address: at(ip, port) };
    return this.last.address;
  }
}

function endingOf(answer: Answer<ClientIn | KernelAnswer>, budgetMs: number, address: string): Ending {
  if (isExpired(answer)) return timedOut(budgetMs, `${address} was silent`, true);
  const { body } = answer;
  if (body.kind === 'http.response') return body;
  if (body.kind === 'refused') {
    const short = body.because === 'reset' ? 'reset' : 'refused';
    return { kind: 'problem', text: body.reason, short, acted: body.because === 'reset' };
  }
  const text = body.kind === 'error' ? body.reason : `${address} answered ${body.kind}`;
  return { kind: 'problem', text, short: 'not understood', acted: false };
}

function timedOut(budgetMs: number, where: string, acted: boolean): Problem {
  return { kind: 'problem', text: `timed out after ${Math.round(budgetMs)} ms: ${where}`, short: 'timed out', acted };
}
