/** What a benchmark found, and how it is shown. */

export interface Result {
  readonly what: string;
  readonly unit: "ms" | "s" | "bytes" | "MB";
  readonly value: number;
  /** What the same would cost without this product, measured in turn with the value. */
  readonly floor?: number;
  /** Of the value itself, or of its ratio to the floor. Absent: shown for orientation. */
  readonly level?: { readonly of: "value" | "ratio"; readonly max: number };
}

const COLUMNS = ["what", "value", "floor", "ratio", "level", "met"] as const;
type Line = Readonly<Record<(typeof COLUMNS)[number], string>>;

export const isMissed = (result: Result): boolean => {
  if (result.level === undefined) return false;
  const found = result.level.of === "value" ? result.value : ratioOf(result);
  return !(found <= result.level.max); // a number that could not be measured is missed, too
};

/** A Markdown table, so that it can be kept as it is printed. */
export function table(results: readonly Result[]): string {
  const header = Object.fromEntries(COLUMNS.map((name) => [name, name])) as Line;
  const lines = [header, ...results.map(lineOf)];
  const widths = COLUMNS.map((name) => Math.max(...lines.map((line) => line[name].length)));
  const shown = lines.map((line) => row(COLUMNS.map((name, index) => padded(name, line[name], widths[index] ?? 0))));
  const rule = row(COLUMNS.map((name, index) => ruled(name, widths[index] ?? 0)));
  return [shown[0], rule, ...shown.slice(1)].join("\n");
}

function lineOf(result: Result): Line {
  const { what, unit, value, floor, level } = result;
  return {
    what,
    value: quantity(value, unit),
    floor: floor === undefined ? "–" : quantity(floor, unit),
    ratio: floor === undefined ? "–" : ratioOf(result).toFixed(2),
    level:
      level === undefined
        ? "–"
        : `≤ ${level.of === "ratio" ? `${Number(level.max.toFixed(2))} × floor` : quantity(level.max, unit)}`,
    met: level === undefined ? "–" : isMissed(result) ? "no" : "yes",
  };
}

const ratioOf = ({ value, floor }: Result): number => value / (floor ?? Number.NaN);

/** Three digits that matter. */
const quantity = (value: number, unit: Result["unit"]): string =>
  `${value >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3))} ${unit}`;

const isText = (name: (typeof COLUMNS)[number]): boolean => name === "what" || name === "met";
const padded = (name: (typeof COLUMNS)[number], text: string, width: number): string =>
  isText(name) ? text.padEnd(width) : text.padStart(width);
const ruled = (name: (typeof COLUMNS)[number], width: number): string =>
  isText(name) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`;
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
