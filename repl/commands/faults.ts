/** Lists the faults in force. */
import { faultList } from '../render/faults';
import { command, type Shown } from '../shell/command';
import { undoVerb } from './faulting';

export const faults = command({
  name: 'faults',
  group: 'network',
  summary: 'list the faults in force, how often each has struck, and how it is taken back',
  examples: [{ line: 'faults', text: 'number, fault, hits, undo' }],
  params: {},
  options: {},
  returns: 'readonly { id: number; text: string; hits: number; undo: string }[]',
  run: async (_given, { world }): Promise<Shown> => {
    const { faults: inForce } = await world.census();
    const rows = inForce.map((fault) => ({ ...fault, undo: `${undoVerb(fault.spec.kind)} ${fault.id}` }));
    return { value: rows, text: (look) => faultList(rows, look) };
  },
});
