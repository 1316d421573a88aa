/** Answers that must come in time, whatever those who are asked for them do. */
import { StorageUnavailable } from "../domain/ports.js";

/**
 * What `work` comes to within `ms`. Errors: its own; `StorageUnavailable` where it takes longer: it goes on, unheard. The
 * end depends on nobody's noticing a signal.
 */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StorageUnavailable(`storage: no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
