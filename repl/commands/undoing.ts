/**
 * Taking faults back, by their number or by the words that they were made with.
 */
import type { FaultStatus } from '../../src/kernel/runtime';
import { didYouMean } from '../render/error';
import { type Shown, said } from '../shell/command';
import { Mistake } from '../shell/mistake';
import type { Param } from '../shell/params';
import type { Shell } from '../shell/shell';
import { undoVerb } from './faulting';

/** A number, some words of a fault, or nothing if only one is in force. */
export const faultWords: Param<string> = {
  usage: '[<fault> | <number>]',
  signature: (name) => `${name}?: string | number`,
  spare: true,
  take: (reader) => {
    const words: string[] = [];
    while (!reader.done) words.push(String(reader.take('a fault').value));
    return words.join(' ');
  },
  complete: ({ faults }) => faults,
};

/** Takes back the faults that the words mean; refused when they mean none. */
export async function undoing(shell: Shell, verb: string, words: string): Promise<Shown> {
  const { faults } = await shell.world.census();
  const found = meant(faults, verb, words);
  const texts: string[] = [];
  for (const { id, hits } of found) {
    const text = await shell.world.unfault(id);
    texts.push(hits === 0 ? `${text}; it had struck nothing` : text);
  }
  return said(texts.join('\n'), { faults: found.map(({ id }) => id) });
}

function meant(faults: readonly FaultStatus[], verb: string, words: string): readonly FaultStatus[] {
  if (faults.length === 0) throw new Mistake(`there is nothing to ${verb}: no fault is in force`);
  if (/^\d+$/.test(words)) {
    const found = faults.filter(({ id }) => id === Number(words));
    if (found.length > 0) return found;
    throw new Mistake(`there is no fault ${words} (in force: ${list(faults)})`);
  }
  const own = faults.filter(({ spec }) => undoVerb(spec.kind) === verb);
  const found = own.filter(({ text }) => mentions(text, words));
  if (found.length > 0 && (words !== '' || found.length === 1)) return found;
  if (words === '' && found.length > 1) throw new Mistake(`which one? In force: ${list(own)}; or heal all`);
  const other = faults.find(({ text }) => mentions(text, words));
  if (other !== undefined)
    throw new Mistake(`${other.text} is taken back by: ${undoVerb(other.spec.kind)} ${other.id}`);
  const texts = faults.map(({ text }) => text);
  throw new Mistake(`no fault is in force that reads ${words}${didYouMean(words, texts)} (in force: ${list(faults)})`);
}

/** Whether a fault reads like this, or has this in it: whole words, a symmetric pair in either order. */
function mentions(text: string, words: string): boolean {
  const swapped = words.replace(/(\S+) \| (\S+)/, '$2 | $1');
  return [words, swapped].some((wanted) => wanted === '' || ` ${text} `.includes(` ${wanted} `));
}

function list(faults: readonly FaultStatus[]): string {
  return faults.map(({ id, text }) => `${id} ${text}`).join(', ');
}
