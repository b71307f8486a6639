/**
 * Jain's index: 1 where all got the same, 1/n where one of n got everything; NaN where nobody got anything.
 * R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness and Discrimination, DEC-TR-301 (1984).
 */
export function jainIndex(amounts: readonly number[]): number {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  const squares = amounts.reduce((total, amount) => total + amount * amount, 0);
  return (sum * sum) / (amounts.length * squares);
}

/** The part that each got of what all got together. */
export function shares(amounts: readonly number[]): number[] {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  return amounts.map((amount) => amount / sum);
}

/** By how much the share that strays most strays from its weight's, as a part of the latter: 0.1 is 10 %. */
export function worstShareError(amounts: readonly number[], weights: readonly number[]): number {
  const wanted = shares(weights);
  return Math.max(...shares(amounts).map((share, n) => Math.abs(share / (wanted[n] as number) - 1)));
}

/** Who was served, in order, as how often each of `keys` was. */
export function countEach(served: readonly string[], keys: readonly string[]): number[] {
  const counts = new Map(keys.map((key) => [key, 0]));
  for (const key of served) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.map((key) => counts.get(key) as number);
}

/** How many of `keys` were not served at all in at least one of `parts` equal parts of the order of service. */
export function starved(served: readonly string[], keys: readonly string[], parts: number): number {
  const missed = new Set<string>();
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((served.length * part) / parts);
    const seen = new Set(served.slice(from, Math.floor((served.length * (part + 1)) / parts)));
    for (const key of keys) if (!seen.has(key)) missed.add(key);
  }
  return missed.size;
}
