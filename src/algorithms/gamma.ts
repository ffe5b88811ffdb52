/** The logarithm of the gamma function by Lanczos's approximation (g = 7, nine terms): some fourteen digits. */

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** The logarithm of gamma, for x of at least one half. */
export function logGamma(x: number): number {
  const z = x - 1;
  const sum = lanczos.reduce((so, coefficient, i) => so + coefficient / (z + i + 1), 0.9999999999998099);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
