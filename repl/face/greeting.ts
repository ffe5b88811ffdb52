/**
 * What is said before the first prompt: what runs where, and what to try.
 */
import { type Look, palette, wrap } from '../../src/drawing/look';
import type { Opened } from '../shell/shell';

export async function greeting({ world, stage, seed, virtual }: Opened, look: Look): Promise<string> {
  const { strong, quiet, name } = palette(look);
  const census = await world.census();
  const carried = census.hosts
    .filter(({ id }) => id > 0)
    .map(({ id, boxes }) => {
      const there = census.nodes.filter(({ spec }) => boxes.includes(spec.box)).map(({ spec }) => spec.id);
      return `${there.join(', ') || 'nothing'} on ${virtual === undefined ? 'thread' : 'host'} ${id}`;
    });
  const how = virtual === undefined ? 'real time' : `virtual time, seed ${seed}`;
  const what = `${strong(stage.title)}: ${carried.join('; ')} (${how})`;
  const tries = [...new Set(stage.tryNext)].slice(0, 4).concat('help').map(name).join(quiet(' · '));
  return [...wrap(what, look.columns), `${quiet('try:')} ${tries}`].join('\n');
}
