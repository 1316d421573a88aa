/** What was made for the key before, or is now. A full memory starts over. */
export function kept<Key, Value>(memory: Map<Key, Value>, key: Key, max: number, make: () => Value): Value {
  const known = memory.get(key);
  if (known !== undefined || memory.has(key)) return known as Value;
  if (memory.size >= max) memory.clear();
  const made = make();
  memory.set(key, made);
  return made;
}
