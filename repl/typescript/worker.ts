/**
 * The compiler on a thread of its own: loading it takes a second, and nobody waits for it who types no TypeScript.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Compiled, Compiler } from './compiler';
import type { TakenNames } from './taken-names';

/** What the prompt asks for: compile a line, or take the last one back. */
export type Question = { readonly id: number; readonly line: string } | { readonly undo: true };
export interface Answer {
  readonly id: number;
  readonly compiled: Compiled;
}

/** What the thread is started with. */
export interface Start {
  readonly prelude: string;
  /** Names that no line may declare, and what each is. */
  readonly taken: TakenNames;
}

const { prelude, taken }: Start = workerData;
const compiler = new Compiler(prelude, taken);

parentPort?.on('message', (question: Question) => {
  if ('undo' in question) return compiler.undo();
  const answer: Answer = { id: question.id, compiled: compiler.compile(question.line) };
  parentPort?.postMessage(answer);
});
