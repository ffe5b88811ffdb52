#!/usr/bin/env node
/**
 * The shell's front door: reads the command line, opens a world, and runs lines or shows a prompt.
 */
import '../src/start/quick';
import { readCommandLine, usage } from './face/options';

/** Ends the process once everything that was written is out, whatever a line of TypeScript has left running. */
function leave(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

// Who reads only the first lines of us (`| head`) is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2));
  if (line.help) {
    process.stdout.write(`${usage()}\n`);
    return 0;
  }
  if (line.version) {
    const { version }: typeof import('../src/world/version') = require('../src/world/version');
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const { converse }: typeof import('./face/converse') = require('./face/converse');
  return converse(line);
}

/** By name: what they come from is loaded only where it is needed. */
const forPeople = ['Refusal', 'Mistake', 'TopologyError', 'ConfigError', 'DataDirError', 'HostError'];

main().then(leave, (failure: unknown) => {
  // A refusal is for people; anything else is ours, and where it happened helps whoever mends it.
  const refusal = failure instanceof Error && forPeople.includes(failure.name);
  const text = failure instanceof Error ? (refusal ? failure.message : failure.stack) : String(failure);
  process.stderr.write(`tierrarium: ${text}\n`);
  leave(refusal ? 2 : 70);
});
