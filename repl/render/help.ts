/**
 * Help: all verbs in their groups on one screen; a group with what each of its verbs does; and one verb with its options
 * and examples that can be typed as they stand.
 */
import { type Look, left, page, palette, width, wrap } from '../../src/drawing/look';

/** What a verb tells of itself; `help` and completion know nothing else. */
export interface CommandHelp {
  /** The verb: `kill`. */
  readonly name: string;
  /** How it is written: `kill <node> [--stay]`. */
  readonly usage: string;
  /** One line, without a full stop: `end the process of a node`. */
  readonly summary: string;
  readonly options?: readonly { readonly flag: string; readonly text: string }[];
  readonly examples: readonly { readonly line: string; readonly text: string }[];
  /** The heading that it stands under; groups appear in the order of their first verb. */
  readonly group: string;
  /** The same in one word, for `help network`. */
  readonly topic: string;
}

const indent = '  ';
const gap = 2;

/** `help`: the names of all verbs, and how to hear more. */
export function helpOverview(commands: readonly CommandHelp[], look: Look): string {
  const { strong, quiet, name } = palette(look);
  const topics = [...new Set(commands.map(({ topic }) => topic))];
  const wide = Math.max(0, ...topics.map(width));
  const lines = topics.flatMap((topic) => {
    const names = commands.filter((command) => command.topic === topic).map((command) => command.name);
    const [first = '', ...rest] = wrap(names.join(' '), look.columns - wide - gap).map(name);
    const below = rest.map((line) => ' '.repeat(wide + gap) + line);
    return [`${strong(left(topic, wide))}${' '.repeat(gap)}${first}`, ...below];
  });
  const hints = [
    'help kill explains a verb, help network a group, help all everything',
    "TAB completes; a line that does not begin with a verb is TypeScript: await kill('web-1')",
  ];
  return page([...lines, '', ...hints.flatMap((hint) => wrap(hint, look.columns)).map(quiet)], look);
}

/** `help all`, or those of a group: every verb with its summary. */
export function helpList(commands: readonly CommandHelp[], look: Look): string {
  const { strong } = palette(look);
  const groups = [...new Set(commands.map(({ group }) => group))];
  const wide = Math.max(0, ...commands.map(({ name }) => width(name)));
  const lines = groups.flatMap((group) => [
    strong(group),
    ...commands
      .filter((command) => command.group === group)
      .flatMap(({ name, summary }) => entry(name, summary, wide, look)),
  ]);
  return page(lines, look);
}

/** `help kill`: usage, what it does, options, examples. */
export function helpFor({ usage, summary, options = [], examples }: CommandHelp, look: Look): string {
  const { strong } = palette(look);
  const flags = Math.max(0, ...options.map(({ flag }) => width(flag)));
  const typed = Math.min(Math.max(0, ...examples.map(({ line }) => width(line))), Math.floor(look.columns / 2));
  const [first = '', ...below] = wrap(usage, look.columns - 3 * width(indent));
  const head = [first, ...below.map((line) => indent.repeat(3) + line)].map(strong);
  const lines = [...head, ...wrap(summary, look.columns - width(indent)).map((line) => indent + line)];
  if (options.length > 0) lines.push('', ...options.flatMap(({ flag, text }) => entry(flag, text, flags, look)));
  if (examples.length > 0) lines.push('', ...examples.flatMap(({ line, text }) => entry(line, text, typed, look)));
  return page(lines, look);
}

/** What is typed, and beside it in words what it does; under it where there is no room. */
function entry(typed: string, text: string, wide: number, look: Look): string[] {
  const { name } = palette(look);
  const start = width(indent) + wide + gap;
  const words = wrap(text, Math.max(20, look.columns - start));
  const [first = '', ...rest] = words;
  const below = (line: string): string => ' '.repeat(start) + line;
  if (width(typed) > wide) return [indent + name(typed), ...words.map(below)];
  return [`${indent}${name(left(typed, wide))}${' '.repeat(gap)}${first}`, ...rest.map(below)];
}
