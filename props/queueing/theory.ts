/**
 * What the textbooks say about open queues, in mean service times. Formulas as in Kleinrock, Queueing Systems, volume 1
 * (1975), chapters 3 and 5, and Harchol-Balter, Performance Modeling and Design of Computer Systems (2013), chapters
 * 13, 14 and 23.
 */

/** Mean time in an M/M/1 system. */
export function meanMM1(load: number): number {
  return 1 / (1 - load);
}

/** Mean time in an M/D/1 system: the Pollaczek-Khinchine formula without variance of service. */
export function meanMD1(load: number): number {
  return 1 + load / (2 * (1 - load));
}

/** Chance that a customer has to wait in an M/M/c system (Erlang C), by the recursion of Erlang B. */
export function erlangC(load: number, servers: number): number {
  const offered = load * servers;
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (offered * blocking) / (k + offered * blocking);
  return blocking / (1 - load * (1 - blocking));
}

/** Mean time in an M/M/c system. */
export function meanMMc(load: number, servers: number): number {
  return 1 + erlangC(load, servers) / (servers * (1 - load));
}

/** Share of the customers who spend longer than this in an M/M/c system. */
export function tailMMc(load: number, servers: number, time: number): number {
  const drain = servers * (1 - load);
  const waiting = erlangC(load, servers);
  if (Math.abs(drain - 1) < 1e-9) return Math.exp(-time) * (1 + waiting * time);
  return Math.exp(-time) + (waiting * (Math.exp(-drain * time) - Math.exp(-time))) / (1 - drain);
}

/** Quantile of the time in an M/M/c system, by halving. */
export function quantileMMc(load: number, servers: number, quantile: number): number {
  let [low, high] = [0, 1];
  while (tailMMc(load, servers, high) > 1 - quantile) high *= 2;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (tailMMc(load, servers, middle) > 1 - quantile) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance that a customer finds all K places of an M/M/1/K system taken and is turned away. */
export function blockingMM1K(load: number, places: number): number {
  if (load === 1) return 1 / (places + 1);
  return ((1 - load) * load ** places) / (1 - load ** (places + 1));
}

/** Mean time in an M/M/1/K system of those who got in: Little's law on the mean number in the system. */
export function meanMM1K(load: number, places: number): number {
  const weights = Array.from({ length: places + 1 }, (_, n) => load ** n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const inside = weights.reduce((sum, weight, n) => sum + n * weight, 0) / total;
  return inside / (load * (1 - blockingMM1K(load, places)));
}

/**
 * Mean time at a server whose customers are every n-th of a Poisson process (E_n/M/1), as round robin over n servers
 * sends them. A customer finds somebody there with the chance that solves s = (nρ / (nρ + 1 − s))^n.
 */
export function meanRoundRobin(load: number, servers: number): number {
  const rate = servers * load;
  let busy = 0;
  for (let round = 0; round < 10_000; round++) busy = (rate / (rate + 1 - busy)) ** servers;
  return 1 / (1 - busy);
}

/** Mean time where each customer goes to the shorter of two queues drawn from very many (Mitzenmacher). */
export function meanTwoChoices(load: number): number {
  let mean = 0;
  for (let level = 1; level <= 30; level++) mean += load ** (2 ** level - 2);
  return mean;
}
