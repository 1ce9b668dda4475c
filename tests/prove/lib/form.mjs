// How much is done: `cargo xtask prove` runs the full form, `cargo xtask test` a short one.

export const FULL = process.env.THREEGATE_PROVE === 'full';

/** One or the other. */
export const either = (full, short) => (FULL ? full : short);

/** A line that `cargo xtask prove` shows in its summary, too. */
export function told(line) {
  console.log(`= ${line}`);
}

/** A sum of counts by name. */
export function sum(all) {
  const total = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

/** One after the other: what they answer. */
export async function inTurn(items, work) {
  const answers = [];
  for (const item of items) answers.push(await work(item));
  return answers;
}
