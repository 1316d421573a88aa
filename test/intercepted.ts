/** Something put before and after every call that the domain makes to a port: crashes, faults, other workers. */
import type { Deps } from "../shared/domain/deps.js";

/** `when`: before the call has had any effect, or when it has had it and its answer is on the way. */
export type Gate = (call: string, when: "before" | "after") => Promise<void>;

const PORTS = ["store", "index", "queues", "reader", "subscriptions"] as const;

export function intercepted(deps: Deps, gate: Gate): Deps {
  const ports = PORTS.map((name) => [name, guarded(deps[name], name, gate)]);
  return { ...deps, ...(Object.fromEntries(ports) as Pick<Deps, (typeof PORTS)[number]>) };
}

function guarded<Port extends object>(port: Port, name: string, gate: Gate): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const call = `${name}.${String(key)}`;
        await gate(call, "before");
        const answer: unknown = await Reflect.apply(value, target, given);
        await gate(call, "after");
        return answer;
      };
    },
  });
}

/** The worker is gone: nobody ever hears of this call again. */
export const stopped = (): Promise<never> => new Promise(() => undefined);
