/**
 * Names to addresses: what a resolver asks a name server, after DNS (RFC 1034, RFC 2308 for the negative answer).
 * Questions travel as datagrams.
 */
import { type BodyOf, message, Type } from '../kernel/schema';

/** Which address has this name? */
export const dnsQuery = message('dns.query', { name: Type.String() });
export type DnsQuery = BodyOf<typeof dnsQuery>;

/**
 * The addresses of a name. None: the name does not exist (NXDOMAIN), and that too may be remembered for `ttlMs`.
 */
export const dnsAnswer = message('dns.answer', {
  name: Type.String(),
  addresses: Type.Array(Type.String()),
  ttlMs: Type.Number(),
});
export type DnsAnswer = BodyOf<typeof dnsAnswer>;

/** Point a name somewhere else; answered with `dns.changed`. */
export const dnsSet = message('dns.set', {
  name: Type.String(),
  addresses: Type.Array(Type.String(), { maxItems: 100 }),
  ttlMs: Type.Number({ minimum: 0 }),
});
export type DnsSet = BodyOf<typeof dnsSet>;

export const dnsChanged = message('dns.changed', { name: Type.String() });
export type DnsChanged = BodyOf<typeof dnsChanged>;

/** Names are compared without case and without the dot of the root. */
export function normalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
