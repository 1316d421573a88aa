/** What was computed for the key before, or is now. A full cache starts over: simple, and bounded. */
export function cached<Key, Value>(cache: Map<Key, Value>, key: Key, max: number, compute: (key: Key) => Value): Value {
  const known = cache.get(key);
  if (known !== undefined || cache.has(key)) return known as Value;
  if (cache.size >= max) cache.clear();
  const value = compute(key);
  cache.set(key, value);
  return value;
}
