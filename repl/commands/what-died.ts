/** What was lost with those who were killed, as far as it can be lost: writes that only a cache server had. */

import { paragraphs } from '../../src/drawing/look';
import type { NodeId } from '../../src/kernel/envelope';
import { lostWith } from '../render/behind';
import type { Shown } from '../shell/command';
import type { Shell } from '../shell/shell';

/** Kills, and tells with what was said about that which acknowledged writes are lost. */
export async function andWhatDied(
  { world }: Shell,
  nodes: readonly NodeId[],
  kill: () => Promise<Shown> | Shown,
): Promise<Shown> {
  const lives = await world.livesWithWrites(nodes);
  const shown = await kill();
  if (lives.length === 0) return shown;
  const lost = await world.lostWith(lives);
  const value = typeof shown.value === 'object' && shown.value !== null ? shown.value : { text: shown.value };
  return {
    ...shown,
    value: { ...value, reported: lost.reported, unaccounted: lost.unaccounted },
    text: (look) => [...paragraphs(shown.text(look), look), lostWith(lost, look)].join('\n'),
  };
}
