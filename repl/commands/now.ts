/**
 * What every verb says that moves time: what the time is now.
 */
import type { Shown } from '../shell/command';
import type { Shell } from '../shell/shell';

export function nowText({ world }: Shell, before = ''): Shown<{ nowMs: number }> {
  const { nowUs } = world;
  return { value: { nowMs: nowUs / 1000 }, text: () => `${before}now at ${(nowUs / 1e6).toFixed(3)} s` };
}
