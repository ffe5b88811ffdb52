/**
 * A refutation for people: what does not hold and where chance began, what was drawn and what remains of it, what went
 * wrong in words and as a diagram, and how to get there.
 */
import { spaceTimeSvg } from '../drawing/diagram/space-time-svg';
import { spaceTimeText } from '../drawing/diagram/space-time-text';
import { plain, plural, wrap } from '../drawing/look';
import type { Claim, Refutation, Shown } from './claim';

/** Leaves a picture somewhere and says where; `undefined` if it cannot. */
export type Keep = (name: string, svg: string) => string | undefined;

const indent = '  ';
const look = { ...plain, columns: plain.columns - indent.length };
/** What was drawn is a hint, what remains of it is the case. */
const drawnMax = 12;
/** A picture can be looked at closely. */
const picturedMax = 120;

/** As text of some 80 columns, but for what is to be pasted; `keep` takes the picture. */
export function report<T>(claim: Claim<T>, refuted: Refutation<T>, keep?: Keep): string {
  const { kind, seed, path, message, shrinks } = refuted;
  const first = claim.show(refuted.first);
  const shrunk = claim.show(refuted.shrunk);
  return [
    `${claim.name}: not so (${kind})`,
    `  seed ${seed}, path "${path}"`,
    ...drawn(first),
    `  shrunk in ${plural(shrinks, 'step')} to:`,
    ...shrunk.lines.map((line) => `    ${line}`),
    ...wrap(message, look.columns).map((line) => `  ${line}`),
    ...pictured(`${claim.name} ${seed}`, shrunk, keep),
    ...(shrunk.command === undefined ? [] : [`  to stand there: ${shrunk.command}`]),
  ].join('\n');
}

function drawn({ lines, accidents = lines }: Shown): string[] {
  const rest = accidents.length - drawnMax;
  return [
    '  drawn:',
    ...accidents.slice(0, drawnMax).map((line) => `    ${line}`),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
  ];
}

function pictured(name: string, { picture }: Shown, keep: Keep | undefined): string[] {
  if (picture === undefined) return [];
  const text = spaceTimeText(picture(), look).split('\n');
  const file = keep?.(name, spaceTimeSvg(picture(picturedMax)));
  return [
    '',
    ...text.map((line) => `${indent}${line}`),
    '',
    ...(file === undefined ? [] : [`  as a picture: ${file}`]),
  ];
}
