/** As much of the package as is used here; it brings no types of its own. */
declare module "autocannon" {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Sent in turns by every connection; without them the URL itself. */
    readonly requests?: readonly { readonly method: string; readonly path: string }[];
  }

  interface Histogram {
    readonly average: number;
    readonly p50: number;
    readonly p99: number;
  }

  interface Result {
    /** Milliseconds. */
    readonly latency: Histogram;
    /** A second. */
    readonly requests: Histogram;
    readonly errors: number;
    readonly non2xx: number;
  }

  function autocannon(options: Options): PromiseLike<Result>;
  export default autocannon;
}
