/** What the deployment package may weigh and take to load: both are part of every start from zero. */

export interface PackageReport {
  readonly functions: readonly string[];
  readonly bytes: number;
  readonly startBytes: number;
  /** From the start of the process until the functions are registered. */
  readonly appMs: number;
  /** The same of an app with one function that does nothing, bundled and loaded in the same run. */
  readonly emptyMs: number;
}

export const BYTES_MAX = 1.3 * 1024 * 1024;
export const LOAD_MS_MAX = 200;
export const LOAD_RATIO_MAX = 3;

/** A sentence where the package is too large, which it is on every machine alike. */
export const tooLarge = ({ bytes }: PackageReport): string[] =>
  bytes <= BYTES_MAX ? [] : [`${kib(bytes)} of code, more than ${kib(BYTES_MAX)}`];

/** One sentence for each ceiling of the load time that is exceeded: a matter of the machine as well. */
export function tooSlow({ appMs, emptyMs }: PackageReport): string[] {
  const ratio = appMs / emptyMs;
  return [
    ...(appMs <= LOAD_MS_MAX ? [] : [`loads in ${ms(appMs)}, more than ${ms(LOAD_MS_MAX)}`]),
    ...(ratio <= LOAD_RATIO_MAX
      ? []
      : [`loads ${ratio.toFixed(1)} times as long as an empty app, more than ${LOAD_RATIO_MAX}`]),
  ];
}

/** What is refused, and what is only told: off the build server a slow machine must not hold back a deployment. */
export const verdict = (report: PackageReport, { inCi }: { readonly inCi: boolean }) => ({
  refused: [...tooLarge(report), ...(inCi ? tooSlow(report) : [])],
  warnings: inCi ? [] : tooSlow(report),
});

export const summary = ({ functions, bytes, startBytes, appMs, emptyMs }: PackageReport): string =>
  [
    `size       ${kib(bytes)} of code, ${kib(startBytes)} of it loaded at the start; at most ${kib(BYTES_MAX)}`,
    `load       ${ms(appMs)} to registered, ${(appMs / emptyMs).toFixed(2)} times an empty app's ${ms(emptyMs)}; ` +
      `at most ${ms(LOAD_MS_MAX)} and ${LOAD_RATIO_MAX} times`,
    `functions  ${functions.length}: ${functions.join(" ")}`,
  ].join("\n");

const kib = (bytes: number): string => `${Math.round(bytes / 1024).toLocaleString("en")} KiB`;
const ms = (value: number): string => `${Math.round(value)} ms`;
