/**
 * Ids for new rows, out of blocks that nobody else gets. The next block is fetched when half of one is left, so that
 * hardly anybody waits; what a router that dies has not used is lost, and never missed.
 */
import { Fifo } from '../../algorithms/fifo';
import type { Live } from '../../kernel/tier';
import type { PlacementBlock } from '../../protocols/placement';
import type { Family } from '../../protocols/shard-map';
import type { RouterTurn } from './conversation';
import type { Keepers } from './keepers';
import type { RouterConfig } from './settings';

/** More ids than this are not given out at a time. */
const blockMax = 100_000;

/** The ids of one table. */
class Stock {
  readonly blocks = new Fifo<{ next: number; readonly end: number }>();
  left = 0;
  isFetching = false;
  waiting: ((problem: string | undefined) => void)[] = [];

  add({ first, count }: PlacementBlock): void {
    this.blocks.push({ next: first, end: first + count });
    this.left += count;
  }

  next(): number | undefined {
    const block = this.blocks.peek();
    if (block === undefined) return undefined;
    const id = block.next++;
    this.left--;
    if (block.next >= block.end) this.blocks.shift();
    return id;
  }
}

export class Ids {
  private readonly stocks = new Map<string, Stock>();

  constructor(
    private readonly turn: RouterTurn,
    private readonly live: Live<RouterConfig>,
    private readonly keepers: Keepers,
  ) {}

  /** The next one, if there is one in stock. */
  next(family: Family, table: string): number | undefined {
    const stock = this.stockOf(family, table);
    const id = stock.next();
    if (id !== undefined && stock.left < this.live.now.idBlock / 2) this.fetch(family, table, stock, 1);
    return id;
  }

  /**
   * Sees to it that there are so many more.
   *
   * @param then called once, in a turn of its own, with what is wrong where nobody gave any; who is called late may find
   *   that others have taken them all, and asks again.
   */
  demand(family: Family, table: string, count: number, then: (problem: string | undefined) => void): void {
    const stock = this.stockOf(family, table);
    stock.waiting.push(then);
    this.fetch(family, table, stock, count);
  }

  view(): unknown {
    return Object.fromEntries([...this.stocks].map(([name, { left }]) => [name, `${left} in stock`]));
  }

  private fetch(family: Family, table: string, stock: Stock, atLeast: number): void {
    if (stock.isFetching) return;
    stock.isFetching = true;
    const count = Math.min(blockMax, Math.max(this.live.now.idBlock, atLeast));
    this.keepers.ask({ kind: 'placement.ids', family, table, count }, (told) => {
      stock.isFetching = false;
      const { waiting } = stock;
      stock.waiting = [];
      let problem: string | undefined;
      if ('silence' in told) problem = `no new id of ${table}: ${told.silence}`;
      else if (told.body.kind === 'placement.block') stock.add(told.body);
      else problem = `no new id of ${table}: a keeper of maps answered ${told.body.kind}`;
      if (problem !== undefined && waiting.length === 0) this.turn.node.report.log('warn', problem);
      for (const each of waiting) each(problem);
    });
  }

  private stockOf(family: Family, table: string): Stock {
    const name = `${family}.${table}`;
    let stock = this.stocks.get(name);
    if (stock === undefined) {
      stock = new Stock();
      this.stocks.set(name, stock);
    }
    return stock;
  }
}
