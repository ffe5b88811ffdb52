/**
 * A stage as a simulated world for tests, with everything that happened in it in a list.
 */
import type { Body } from '../kernel/envelope';
import type { WorldEvent } from '../kernel/events';
import type { Topology } from '../kernel/topology';
import type { SimulatedOptions } from '../runtimes/simulated/simulated-runtime';
import { stages } from '../stages';
import type { Stage } from '../stages/stage';
import { catalogue } from '../world/product';
import { SimulatedWorld } from '../world/simulated-world';

export interface SiteOptions extends Partial<SimulatedOptions> {
  readonly stage?: Stage;
  /** Settings laid over those of the stage, by node. */
  readonly config?: Readonly<Record<string, object>>;
}

/**
 * @example
 * const site = simulatedSite({ seed: 7 });
 * site.get('/users/12').status; // 200
 */
export function simulatedSite({ stage = stages.loadBalanced, config = {}, ...options }: SiteOptions = {}): Site {
  return new Site(stage.name, withConfig(stage.topology, config), { catalogue, ...options });
}

export class Site extends SimulatedWorld {
  readonly happened: WorldEvent[] = [];

  constructor(...given: ConstructorParameters<typeof SimulatedWorld>) {
    super(...given);
    this.events.subscribe((event) => {
      if (event.type !== 'sent' && event.type !== 'delivered' && event.type !== 'handled') this.happened.push(event);
    });
  }

  /** What a node answers to a question asked from inside. */
  ask(to: string, body: Body, budgetMs = 10_000): Body {
    return this.tell<Body, Body>(to, body, budgetMs, (answer, settle) => settle.done(answer));
  }

  /** Asks without waiting: time is yet to pass until the answer is in its place, if one comes. */
  later(to: string, body: Body, budgetMs = 10_000): { readonly answer: Body | undefined } {
    const question: { answer: Body | undefined } = { answer: undefined };
    this.begin({ verb: 'tell', to, body, budgetMs }, (reply) => {
      question.answer = 'answer' in reply ? reply.answer?.body : undefined;
    });
    return question;
  }

  /** Automatic acts so far, as `lb-1: eject web-1`. */
  get acts(): string[] {
    return this.happened.flatMap((event) => (event.type === 'act' ? [`${event.node}: ${event.act}`] : []));
  }
}

/** A topology whose nodes have these settings besides their own. */
export function withConfig(topology: Topology, config: Readonly<Record<string, object>>): Topology {
  return {
    boxes: topology.boxes,
    nodes: topology.nodes.map((node) => {
      const more = config[node.id];
      return more === undefined ? node : { ...node, config: { ...objectOf(node.config), ...more } };
    }),
  };
}

function objectOf(config: unknown): object {
  return typeof config === 'object' && config !== null ? config : {};
}
