/**
 * A line of several verbs, `kill web-1; run 5s`, as one after the other. Quotes, braces and brackets keep a semicolon, as
 * they keep a blank.
 */
import { endOfQuote } from './words';

const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/** Where each of them stands in the line; those in which nothing stands are left out. */
export interface Order {
  readonly from: number;
  readonly to: number;
}

/**
 * @example
 * ordersIn('ls; get /users/12'); // [{ from: 0, to: 2 }, { from: 4, to: 17 }]
 */
export function ordersIn(line: string): readonly Order[] {
  const orders: Order[] = [];
  const open: string[] = [];
  let begun = 0;
  const end = (to: number): void => {
    const from = begun + line.slice(begun, to).search(/\S/);
    if (from >= begun) orders.push({ from, to });
    begun = to + 1;
  };
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '"' || (character === "'" && open.length === 0)) {
      const close = endOfQuote(line, at);
      // A quote that never ends is for whoever reads the words to name.
      if (close === undefined) break;
      at = close;
      continue;
    }
    const closer = closers[character];
    if (closer !== undefined) open.push(closer);
    else if (character === open.at(-1)) open.pop();
    else if (character === ';' && open.length === 0) end(at);
  }
  end(line.length);
  return orders;
}
