/** Sets how the site uses its cache, or shows how each way has gone. */
import { type StrategyName, strategyNames } from '../../src/protocols/strategy';
import { Refusal } from '../../src/world/quantities';
import { didYouMean } from '../render/error';
import { strategies } from '../render/strategies';
import { command, type Shown, said } from '../shell/command';
import { optional, word } from '../shell/params';

const name = word(
  strategyNames.join('|'),
  (text): StrategyName => {
    const found = strategyNames.find((one) => one === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, strategyNames) || `; write one of ${strategyNames.join(', ')}`;
    throw new Refusal(`there is no strategy ${text}${hint}`);
  },
  { type: strategyNames.map((one) => `'${one}'`).join(' | '), complete: () => strategyNames },
);

export const strategy = command({
  name: 'strategy',
  group: 'data',
  summary:
    'set how the site uses its cache, on all web servers, and empty the cache; alone: how each strategy has gone',
  examples: [
    { line: 'strategy', text: 'hits, questions to the database and latency of each one that was tried' },
    { line: 'strategy cache-aside', text: 'who misses fills, under a lease; who writes drops what is cached' },
    { line: 'strategy write-around', text: 'the same reads; what is cached stays until it is over' },
    { line: 'strategy read-through', text: 'the cache reads the database itself; writes tell it nothing' },
    {
      line: 'strategy write-through',
      text: 'who writes puts the row into the cache first; nothing older is read then',
    },
    { line: 'strategy write-back', text: 'writes go to the cache, which brings them into the database later' },
    { line: 'strategy none', text: 'rows come from the database' },
  ],
  params: { strategy: optional(name) },
  options: {},
  returns: 'unknown',
  acts: true,
  run: async ({ strategy: wanted }, { world }): Promise<Shown> => {
    if (wanted !== undefined) return said(await world.strategy(wanted), { strategy: wanted });
    const found = await world.strategies();
    return { value: found, text: (look) => strategies(found, look) };
  },
});
