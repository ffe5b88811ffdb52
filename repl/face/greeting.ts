/**
 * What is said before the first prompt: what runs where, and what to try.
 */
import { type Look, palette, wrap } from '../../src/drawing/look';
import { moment } from '../../src/drawing/numbers';
import type { Opened } from '../shell/shell';
import type { Stood } from '../shell/stood';

export async function greeting({ world, stage, seed, virtual, stood, warning }: Opened, look: Look): Promise<string> {
  const { strong, quiet, name, bad, warn } = palette(look);
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
  const stands = stood === undefined ? [] : wrap(standsText(stood), look.columns).map(bad);
  const warned = warning === undefined ? [] : wrap(warning, look.columns).map(warn);
  return [...wrap(what, look.columns), ...stands, ...warned, `${quiet('try:')} ${tries}`].join('\n');
}

function standsText({ failure: { kind, message }, atUs }: Stood): string {
  return `it stands at ${moment(atUs)}, ${kind}: ${message}`;
}
