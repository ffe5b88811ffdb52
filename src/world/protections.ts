/**
 * What protects a site against more than it can do, by the name that a prompt uses: which kinds of nodes it is set on,
 * and what is set there. Each stands alone; together they do no harm.
 */

/** Laid over the settings of every node of these kinds. */
export type KindSettings = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

export const protections = {
  /** Whoever asks again does so for one request in ten at most. */
  'retry-budget': { client: { retryBudget: 0.1 }, lb: { retryBudget: 0.1 } },
  /** Web servers leave a database alone when half of their requests fail, and try it again after two seconds. */
  breaker: { web: { breaker: 0.5 } },
  /** Web servers ask for no more at once than is answered in time, and refuse at once what would wait in vain. */
  shedding: { web: { shedding: 'on' } },
} as const satisfies Readonly<Record<string, KindSettings>>;

export type Protection = keyof typeof protections | 'off';

/** Takes all of them back. */
const unprotected: KindSettings = {
  client: { retryBudget: 'off' },
  lb: { retryBudget: 'off' },
  web: { breaker: 'off', shedding: 'off' },
};

export const protectionNames: readonly Protection[] = ['retry-budget', 'breaker', 'shedding', 'off'];

/** What is set on whom. */
export function settingsOf(protection: Protection): KindSettings {
  return protection === 'off' ? unprotected : protections[protection];
}
