/** Draws who told whom what and when. */
import { type SpaceTime, spaceTimeOf } from '../../src/drawing/diagram/space-time';
import { spaceTimeSvg } from '../../src/drawing/diagram/space-time-svg';
import { spaceTimeText } from '../../src/drawing/diagram/space-time-text';
import { traceOf } from '../render/trace';
import { command, type Shown, said } from '../shell/command';
import { anyText, duration, globMatcher } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { option } from '../shell/options';
import { stoodAt, stoodPicture } from '../shell/stood';
import { writeFile } from '../shell/write-file';

export const diagram = command({
  name: 'diagram',
  group: 'looking',
  summary: 'draw who told whom what and when: a line of time per node, an arrow per message',
  examples: [
    { line: 'diagram', text: 'of the last request; where --replay has opened a failure, of that' },
    { line: 'diagram --last 200ms --node web-*', text: 'of the last 200 ms, between some nodes' },
    { line: 'diagram --svg request.svg', text: 'as a picture, in a file' },
  ],
  params: {},
  options: {
    last: option('--last <duration>', duration, 'of this much of the past, not of the last request'),
    node: option('--node <glob>', anyText, 'only between these nodes'),
    svg: option('--svg <file>', anyText, 'writes an SVG picture to a file'),
  },
  returns: 'unknown',
  run: async ({ last, node, svg }, shell): Promise<Shown> => {
    const { world } = shell;
    const stood = last === undefined && node === undefined ? stoodAt(shell) : undefined;
    if (stood !== undefined) return drawn(stoodPicture(stood, svg === undefined ? undefined : picturedMax), svg);
    const events = await world.recent();
    const here = new Set(world.topology.nodes.map(({ id }) => id));
    const { nowUs } = world;
    const request = last === undefined ? traceOf(events) : undefined;
    if (last === undefined && request === undefined) {
      throw new Mistake('no request to draw yet; make one, or draw the past: diagram --last 200ms');
    }
    const picture = spaceTimeOf(events, {
      fromUs: request?.sentUs ?? nowUs - (last ?? 0) * 1000,
      toUs: request?.endUs ?? nowUs,
      // Doors into the world are no nodes: whoever typed the request need not be told.
      nodes: node === undefined ? (id) => here.has(id) : globMatcher(node),
    });
    return drawn(picture, svg);
  },
});

/** A picture can be looked at closely. */
const picturedMax = 120;

function drawn(picture: SpaceTime, svg: string | undefined): Shown {
  if (svg === undefined) return { value: picture, text: (look) => spaceTimeText(picture, look) };
  writeFile(svg, spaceTimeSvg(picture));
  return said(`drawn to ${svg}`, { file: svg });
}
