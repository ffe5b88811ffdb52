/**
 * A verb over several nodes: one after the other, and what was said about each.
 */
import { type Shown, said } from '../shell/command';

export async function each(
  nodes: readonly (readonly string[])[],
  act: (node: string) => string | Promise<string>,
): Promise<Shown> {
  const names = [...new Set(nodes.flat())];
  const texts: string[] = [];
  for (const name of names) texts.push(await act(name));
  return said(texts.join('\n'), { nodes: names });
}
