/**
 * Draws a history and judges it in a process of its own, and tells how much memory the process had needed at most before
 * and after.
 */
import { checkLinearizability } from '../src/checking/linearizability';
import { casRegister } from '../src/checking/models/cas-register';
import { drawnHistory } from './histories';

export interface Memory {
  readonly beforeMb: number;
  readonly peakMb: number;
}

const seed = 1;

function judge(operations: number, processes: number, isFalsified: boolean): Memory {
  const history = drawnHistory({ operations, processes, isFalsified }, seed);
  const beforeMb = mostMb();
  const { verdict } = checkLinearizability(history, casRegister);
  if (verdict === 'unreadable') throw new Error('the history was not judged');
  return { beforeMb, peakMb: mostMb() };
}

/** What was resident at most so far; told in kilobytes. */
function mostMb(): number {
  return process.resourceUsage().maxRSS / 1_024;
}

const [operations, processes, isFalsified] = process.argv.slice(2);
process.send?.(judge(Number(operations), Number(processes), isFalsified === 'true'), () => process.disconnect());
