/**
 * Runs `work` on every item, at most `atOnce` at a time; results in the items' order.
 * Errors: the first rejection is thrown at once. What is then under way goes on and nobody waits for it, and the other workers
 * go on with what is left: whoever answers for a failure here may still be writing.
 */
export async function bounded<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
