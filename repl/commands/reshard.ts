/** Moves keys between shards while they serve, and shows how that goes. */
import type { Look } from '../../src/drawing/look';
import type { PlacementSteer } from '../../src/protocols/placement';
import type { Family, Method } from '../../src/protocols/shard-map';
import type { Moves, Resharding } from '../../src/world/placement-operator';
import { Refusal, ratePerS, whole } from '../../src/world/quantities';
import { moves as draw, isOver } from '../render/moves';
import { command, type Shown } from '../shell/command';
import { family, group } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';
import { type Param, placed, word } from '../shell/params';
import type { Shell } from '../shell/shell';
import { begun, over, waited } from './awaiting-move';

const methods: readonly Method[] = ['modulo', 'ring', 'jump', 'rendezvous', 'ranges'];
const acts = ['pause', 'resume', 'abort'] as const;
const beatMs = 500;

type Wanted =
  | { readonly change: Resharding }
  | { readonly act: PlacementSteer['act']; readonly unitsPerSecond?: number };

/** `+1`, `-1`, `remove shard-3`, `split shard-2`, `to ring`, `pause`, `rate 500/s`. */
const wanted: Param<Wanted | undefined> = {
  usage: '[+<n> | -1 | remove <shard> | split <shard> | to <method> | pause | resume | abort | rate <rate>]',
  signature: (name) => `${name}?: string, of?: string`,
  spare: true,
  take: (reader) => {
    if (reader.done || typeof reader.peek()?.value === 'object') return undefined;
    const { text, word: first } = reader.text('what is wanted');
    const act = acts.find((one) => one === text);
    if (act !== undefined) return { act };
    if (/^\+\d+$/.test(text)) {
      const count = placed(first, () => whole(text.slice(1)));
      if (count > 64) throw new Mistake('64 shards at a time are the most', first.at);
      return { change: { what: 'add', count } };
    }
    if (text === '-1') return { change: { what: 'last' } };
    if (text === 'remove' || text === 'split') return { change: { what: text, shard: group.take(reader) } };
    if (text === 'to') return { change: { what: 'method', method: method.take(reader) } };
    if (text === 'rate') return { act: text, unitsPerSecond: rate.take(reader) };
    const hint = /^\d+$/.test(text) ? `: write +${text} for more shards` : '';
    const known = '+1, -1, remove <shard>, split <shard>, to <method>, pause, resume, abort or rate <rate>';
    throw new Mistake(`'${text}' is nothing that can be done to shards${hint || `: write ${known}`}`, first.at);
  },
  complete: (known) => ['+1', '-1', 'remove', 'split', 'to', ...acts, 'rate', ...methods, ...known.groups],
};

const method = word(
  'method',
  (text): Method => {
    const found = methods.find((one) => one === text);
    if (found !== undefined) return found;
    throw new Refusal(`there is no method ${text} (methods: ${methods.join(', ')})`);
  },
  { complete: () => methods },
);

/** `500/s`; `full` is as fast as it goes. */
const rate = word('rate', (text): number => (text === 'full' ? 0 : Math.max(1, Math.round(ratePerS(text)))), {
  type: 'string | number',
  complete: () => ['500/s', 'full'],
});

export const reshard = command({
  name: 'reshard',
  group: 'growing',
  summary: 'move keys between shards while they serve: more shards, fewer, other ones; alone: how the moves stand',
  examples: [
    { line: 'reshard +1', text: 'one more shard: orders its machines, and moves its share of the keys to it' },
    { line: 'reshard -1', text: 'without the last one; or: reshard remove shard-3' },
    { line: 'reshard split shard-2', text: 'half of its keys go to a new shard' },
    { line: 'reshard to rendezvous --rate 500/s', text: 'another method, 500 keys or parts of keys per second' },
    { line: 'reshard', text: 'how far it is' },
    { line: 'reshard abort', text: 'back to where it was; pause, resume and rate <rate> do what they say' },
  ],
  params: { wanted },
  options: {
    rate: option(
      '--rate <rate>',
      rate,
      'so many keys and parts of keys per second at most, such as 500/s; by default as fast as it goes',
    ),
    family: option('--family <family>', family, 'sql, kv or doc; by default the relational store'),
    wait: flag('--wait', 'until it is over, with how it goes; in simulation that lets time pass'),
  },
  returns: 'unknown',
  acts: true,
  run: async ({ wanted: what, rate: unitsPerSecond, family: of, wait }, shell): Promise<Shown> => {
    const { world } = shell;
    const which = of === undefined ? {} : { family: of };
    if (what === undefined) {
      if (unitsPerSecond !== undefined)
        throw new Mistake('--rate is for a new move; for one under way: reshard rate 500/s');
      if (wait !== true) return looked(await movesOf(shell, of), shell, of);
      const [first] = (await movesOf(shell, of)).moves.filter((one) => !isOver(one));
      if (first === undefined) throw new Refusal('nothing moves: there is nothing to wait for');
      return over(await waited(shell, first));
    }
    if ('act' in what) {
      if (unitsPerSecond !== undefined) throw new Mistake(`--rate is for a new move; for this one: reshard rate 500/s`);
      const speed = what.unitsPerSecond === undefined ? {} : { unitsPerSecond: what.unitsPerSecond };
      const taken = await world.steerMove(what.act, { ...which, ...speed });
      return wait === true ? over(await waited(shell, taken)) : begun(taken, shell);
    }
    const speed = unitsPerSecond === undefined ? {} : { unitsPerSecond };
    const taken = await world.reshard(what.change, { ...which, ...speed });
    return wait === true ? over(await waited(shell, taken)) : begun(taken, shell);
  },
});

async function movesOf({ world }: Shell, family: Family | undefined): Promise<Moves> {
  const found = await world.moves();
  return family === undefined ? found : { ...found, moves: found.moves.filter((one) => one.family === family) };
}

function looked(value: Moves, shell: Shell, family: Family | undefined): Shown {
  const shown = { value, text: (look: Look) => draw(value, look) };
  // In virtual time nothing changes while somebody watches.
  if (shell.virtual !== undefined || value.moves.every(isOver)) return shown;
  return { ...shown, live: { everyMs: beatMs, frame: async (look) => draw(await movesOf(shell, family), look) } };
}
