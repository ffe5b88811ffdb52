/**
 * Addresses as small numbers, agreed on by the two ends of an ordered link: the first use spells an address out, later
 * ones name its place in the list. When the list is full both ends begin a new one.
 */
import type { Address } from '../../kernel/envelope';

/** Follows instead of a number where an address is spelt out. */
export const spelt = 0xffff;

/** Addresses in the book before it begins anew; below `spelt`, so that numbers fit 16 bits. */
const addressesMax = 0xf000;

/** What an address is to its envelope. */
export type Role = (typeof role)[keyof typeof role];
export const role = { from: 0, to: 1, cause: 2 } as const;

export class WritersBook {
  private readonly numbers = new Map<Address, number>();
  /** The last one of each role: whoever says much says it to few, and looking up costs more than comparing. */
  private readonly lastAddresses: (Address | undefined)[] = [undefined, undefined, undefined];
  private readonly lastNumbers = [-1, -1, -1];

  /** The number of an address, or -1 if it has to be spelt out now. */
  find(address: Address, role: Role): number {
    if (this.lastAddresses[role] === address) return this.lastNumbers[role] ?? -1;
    const known = this.numbers.get(address);
    if (known !== undefined) {
      this.lastAddresses[role] = address;
      this.lastNumbers[role] = known;
      return known;
    }
    if (this.numbers.size >= addressesMax) this.clear();
    this.numbers.set(address, this.numbers.size);
    return -1;
  }

  clear(): void {
    this.numbers.clear();
    this.lastNumbers.fill(-1);
    this.lastAddresses.fill(undefined);
  }
}

export class ReadersBook {
  private addresses: Address[] = [];

  at(number: number): Address {
    const address = this.addresses[number];
    if (address === undefined) throw new RangeError(`address ${number} was never spelt out on this link`);
    return address;
  }

  add(address: Address): Address {
    if (this.addresses.length >= addressesMax) this.addresses = [];
    this.addresses.push(address);
    return address;
  }

  clear(): void {
    this.addresses = [];
  }
}
