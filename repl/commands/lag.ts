/** Shows how far the copies are behind the primary. */
import type { Replicas } from '../../src/world/replicas';
import { lag as draw, type LagPoint } from '../render/lag';
import { command, type Shown } from '../shell/command';
import { duration } from '../shell/kinds';
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
  ],
  params: { duration: optional(duration) },
  options: {},
  returns: 'Replicas',
  run: async ({ duration: ms = 0 }, shell): Promise<Shown> => {
    const { world, virtual, signal } = shell;
    const history: LagPoint[] = [];
    const look = async (): Promise<Replicas> => {
      const found = await world.replicas();
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
    const shown = { value: last, text: draw.bind(undefined, last, history) };
    if (virtual !== undefined || ms > 0) return shown;
    const frame: NonNullable<Shown['live']>['frame'] = async (how) =>
      draw(await look(), history.slice(-pointsMax), how);
    return { ...shown, live: { everyMs: beatMs, frame } };
  },
});

function pointOf({ copies }: Replicas): LagPoint {
  return new Map(
    copies.flatMap(({ node, behindEntries }) => (behindEntries === undefined ? [] : [[node, behindEntries]])),
  );
}
