/**
 * As much of Kusto's query language as the project's queries use: enough to follow which columns there are after each
 * operator, and to see one that there is not. What it does not know it refuses.
 */

export type Schema = Readonly<Record<string, readonly string[]>>;

export interface Query {
  readonly table: string;
  readonly stages: readonly Stage[];
}

interface Stage {
  readonly operator: string;
  readonly rest: string;
}

const OPERATORS = ["where", "extend", "project", "project-rename", "summarize", "order by", "top"] as const;
const WORDS = new Set("and or in has has_any by asc desc true false not contains between".split(" "));

/** Errors: throws for what is not `Table | operator … | operator …` with operators known here. */
export function parseQuery(text: string): Query {
  const [table = "", ...parts] = masked(text)
    .split("|")
    .map((part) => part.trim().replace(/\s+/g, " "));
  if (!/^\w+$/.test(table)) throw new Error(`"${table}" is no table`);
  return { table, stages: parts.map(stageOf) };
}

function stageOf(part: string): Stage {
  const operator = OPERATORS.toSorted((a, b) => b.length - a.length).find((name) => part.startsWith(`${name} `));
  if (operator === undefined) throw new Error(`"${part.split(" ")[0]}" is an operator that is not known here`);
  return { operator, rest: part.slice(operator.length + 1) };
}

/** Without comments; strings and literals of instants made empty, since what is in them is no column. */
const masked = (text: string): string =>
  text
    .replace(/"[^"\n]*"/g, '""')
    .replace(/\/\/.*$/gm, "")
    .replace(/\bdatetime\([^()]*\)/g, '""')
    .trim();

/** All texts between quotes. */
export const textsIn = (text: string): string[] =>
  [...text.replace(/^\s*\/\/.*$/gm, "").matchAll(/"([^"\n]*)"/g)].map(([, inner = ""]) => inner);

/** Fields that the query reads of a log line: what follows `e.`. */
export const fieldsIn = (text: string): string[] => [
  ...new Set([...masked(text).matchAll(/\be\.(\w+)/g)].map(([, field = ""]) => field)),
];

/** The columns at the end. Errors: throws for a table or a column that there is not. */
export function columnsOf(text: string, schema: Schema): string[] {
  const { table, stages } = parseQuery(text);
  const first = schema[table];
  if (first === undefined) throw new Error(`there is no table ${table}`);
  return stages.reduce<string[]>((columns, stage) => after(stage, columns), [...first]);
}

function after({ operator, rest }: Stage, columns: readonly string[]): string[] {
  switch (operator) {
    case "where":
    case "order by":
      demand(rest, columns);
      return [...columns];
    case "top":
      demand(rest.replace(/^\d+ by /, ""), columns);
      return [...columns];
    case "extend": {
      const known = [...columns];
      for (const part of topLevel(rest)) known.push(named(part, known));
      return [...new Set(known)];
    }
    case "project":
      return topLevel(rest).map((part) => named(part, columns));
    case "project-rename": {
      const [to = "", from = ""] = rest.split("=").map((side) => side.trim());
      demand(from, columns);
      return columns.map((column) => (column === from ? to : column));
    }
    default:
      return summarized(rest, columns);
  }
}

function summarized(rest: string, columns: readonly string[]): string[] {
  const [aggregates = "", groups = ""] = rest.split(/ by (?![^(]*\))/);
  const found = [...topLevel(aggregates), ...topLevel(groups)].flatMap((part) => {
    const [, called, inner = ""] = /^(arg_max|percentiles)\((.*)\)$/.exec(part) ?? [];
    if (called === undefined) return [named(part, columns)];
    const [subject = "", ...others] = topLevel(inner).map((one) => one.trim());
    for (const column of called === "arg_max" ? [subject, ...others] : [subject]) demand(column, columns);
    return called === "arg_max" ? [subject, ...others] : others.map((percent) => `percentile_${subject}_${percent}`);
  });
  return [...new Set(found)];
}

/** The name of `name = expression`, of a column alone, or of `bin(column, …)`. */
function named(part: string, columns: readonly string[]): string {
  const [, name, expression] = /^(\w+) = (.*)$/.exec(part) ?? [];
  demand(expression ?? part, columns);
  const own = name ?? /^(?:bin\()?(\w+)(?:,.*\))?$/.exec(part)?.[1];
  if (own === undefined) throw new Error(`"${part}" has no name of its own`);
  return own;
}

/** Functions are followed by `(`; what follows a `.` is a field of a log line. */
function demand(expression: string, columns: readonly string[]): void {
  const names = [...expression.matchAll(/(?<![\w.])([A-Za-z_]\w*)\b(?!\s*\()/g)].map(([, name = ""]) => name);
  const unknown = names.filter((name) => !WORDS.has(name) && !columns.includes(name));
  if (unknown.length > 0) throw new Error(`unknown column ${unknown.join(", ")} in "${expression}"`);
}

/** Split at the commas that no bracket holds. */
function topLevel(list: string): string[] {
  const parts: string[] = [];
  let [depth, current] = [0, ""];
  for (const letter of list) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (letter === "," && depth === 0) {
      parts.push(current.trim());
      current = "";
    } else current += letter;
  }
  return [...parts, current.trim()].filter((part) => part !== "");
}
