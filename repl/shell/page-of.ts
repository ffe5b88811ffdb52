/** What a verb tells of itself, as `help` and completion show it. */
import type { CommandHelp } from '../render/help';
import type { Command } from './command';

const headings: Readonly<Record<Command['group'], string>> = {
  users: 'what users do',
  data: 'the databases',
  looking: 'looking at it',
  growing: 'growing and shrinking it',
  accidents: 'accidents',
  network: 'a bad network',
  boxes: 'bad clocks and disks',
  time: 'time',
  session: 'this session',
};

export function pageOf({ name, usage, summary, examples, group, options }: Command): CommandHelp {
  const flags = Object.values(options).map(({ usage: flag, text }) => ({ flag, text }));
  return { name, usage, summary, examples, topic: group, group: headings[group], options: flags };
}
