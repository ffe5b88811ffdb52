/** Shows how far the copies are behind the primary. */
import type { Look } from '../../src/drawing/look';
import type { Replicas } from '../../src/world/replicas';
import { lag as draw, type LagPoint } from '../render/lag';
import { eachGroup } from '../render/replicas';
import { command, type Shown } from '../shell/command';
import { duration, group } from '../shell/kinds';
import { option } from '../shell/options';
import { optional } from '../shell/params';
import { passVirtual } from '../shell/passing';

/** A trend has room for this many looks. */
const pointsMax = 30;
const beatMs = 500;

export const lag = command({
  name: 'lag',
  group: 'data',
  summary: 'show how far every copy is behind the primary, in entries and in time; live at a prompt on threads',
  examples: [
    { line: 'lag', text: 'now' },
    { line: 'lag 10s', text: 'lets ten seconds pass, and draws how it went' },
    { line: 'lag --of shard-2', text: 'one group of several' },
  ],
  params: { duration: optional(duration) },
  options: { of: option('--of <group>', group, 'only this group of copies, where there are several') },
  returns: 'Replicas',
  run: async ({ duration: ms = 0, of }, shell): Promise<Shown> => {
    const { world, virtual, signal } = shell;
    const history: LagPoint[] = [];
    const look = async (): Promise<Replicas> => {
      const found = await world.replicas(of);
      history.push(pointOf(found));
      return found;
    };
    let last = await look();
    const beganUs = world.nowUs;
    for (let point = 1; point < pointsMax && ms > 0; point++) {
      const restMs = (ms * point) / (pointsMax - 1) - (world.nowUs - beganUs) / 1e3;
      if (virtual === undefined) await shell.sleep(Math.max(0, restMs));
      else await passVirtual(virtual, Math.max(0, restMs), signal);
      last = await look();
    }
    const shown = { value: last, text: (how: Look) => drawn(last, history, how) };
    if (virtual !== undefined || ms > 0) return shown;
    const frame: NonNullable<Shown['live']>['frame'] = async (how) =>
      drawn(await look(), history.slice(-pointsMax), how);
    return { ...shown, live: { everyMs: beatMs, frame } };
  },
});

function drawn(of: Replicas, history: readonly LagPoint[], look: Look): string {
  return eachGroup(of, look, (one) => draw(one, history, look));
}

function pointOf({ copies }: Replicas): LagPoint {
  return new Map(
    copies.flatMap(({ node, behindEntries }) => (behindEntries === undefined ? [] : [[node, behindEntries]])),
  );
}
