/**
 * Addresses as small numbers, agreed on by the two ends of an ordered link: the first use spells an address out, later
 * ones name its place in the list. When the list is full both ends begin a new one.
 */
import type { Address } from '../../kernel/envelope';

/** Follows instead of a number where an address is spelt out. */
export const spelt = 0xffff;

/** Addresses in the book before it begins anew; below `spelt`, so that numbers fit 16 bits. */
const addressesMax = 0xf000;

export class WritersBook {
  private readonly numbers = new Map<Address, number>();

  /** The number of an address, or -1 if it has to be spelt out now. */
  find(address: Address): number {
    const known = this.numbers.get(address);
    if (known !== undefined) return known;
    if (this.numbers.size >= addressesMax) this.numbers.clear();
    this.numbers.set(address, this.numbers.size);
    return -1;
  }

  clear(): void {
    this.numbers.clear();
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
