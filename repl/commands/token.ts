/** A word that stands for this place in this history. */
import { toToken } from '../../src/world/token';
import { version } from '../../src/world/version';
import { command, type Shown } from '../shell/command';
import { travelled } from '../shell/travelling';

export const token = command({
  name: 'token',
  group: 'time',
  summary: 'print one word that stands for this moment of this history (simulation)',
  examples: [{ line: 'token', text: 'whoever starts with --replay and that word stands here' }],
  params: {},
  options: {},
  returns: '{ token: string }',
  run: async (_given, shell): Promise<Shown> => {
    const { recipe, moment } = travelled(shell);
    const made = toToken({ recipe, moment }, version());
    return { value: { token: made }, text: () => made };
  },
});
