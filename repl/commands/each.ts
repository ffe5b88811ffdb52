/**
 * A verb over several nodes: one after the other, and what was said about each. Some may refuse and others not; what was
 * done is told either way.
 */
import { Refusal } from '../../src/world/quantities';
import { type Shown, said } from '../shell/command';

/** Throws a `Refusal` if all refuse. */
export async function each(
  nodes: readonly (readonly string[])[],
  act: (node: string) => string | Promise<string>,
): Promise<Shown> {
  const names = [...new Set(nodes.flat())];
  const done: string[] = [];
  const refusals: string[] = [];
  const texts: string[] = [];
  for (const name of names) {
    try {
      texts.push(await act(name));
      done.push(name);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      texts.push(failure.message);
      refusals.push(failure.message);
    }
  }
  if (done.length === 0) throw new Refusal(refusals.join('; '));
  return said(texts.join('\n'), { nodes: done, ...(refusals.length === 0 ? {} : { refused: refusals }) });
}
