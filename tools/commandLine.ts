/** The command line of each program: its options said once, checked, and shown by `--help`. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

interface Described {
  /** What it changes, in a few words that need no full stop. */
  readonly about: string;
}
interface Switch extends Described {
  readonly kind: "switch";
}
interface Text extends Described {
  readonly kind: "text";
  /** What stands for the value in the help. */
  readonly takes: string;
  readonly default?: string;
}
interface WholeNumber extends Described {
  readonly kind: "number";
  readonly from: number;
  readonly to: number;
  readonly default?: number;
}
type Option = Switch | Text | WholeNumber;

export interface Command {
  /** As it is typed before its options, such as `npm run costs --`. */
  readonly call: string;
  /** What it does, and how it ends. */
  readonly about: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Words that may stand without an option's name, each with what it means. */
  readonly words?: Readonly<Record<string, string>>;
  readonly example: string;
}

type Value<O extends Option> = O extends Switch
  ? boolean
  : (O extends Text ? string : number) | (O extends { readonly default: unknown } ? never : undefined);

export interface Given<C extends Command> {
  readonly kind: "given";
  readonly values: { readonly [Name in keyof C["options"]]: Value<C["options"][Name]> };
  readonly words: readonly string[];
}

/** What is wrong with a command line, in one line, and what there is instead. */
class WrongCommandLine extends Error {}

const WRONG = 2;
const FAILED = 1;

/**
 * Runs a program: `work` is given its options, and returns the exit code; nothing is 0. `--help` is answered instead.
 * Errors: none; they are said in one line without a stack, a wrong command line's with exit code 2, any other's with 1.
 */
export async function runCommand<const C extends Command>(
  command: C,
  args: readonly string[],
  work: (given: Given<C>) => number | undefined | Promise<number | undefined>,
  print: Pick<Console, "log" | "error"> = console,
): Promise<number> {
  try {
    const read = readCommandLine(command, args);
    if (read.kind === "given") return (await work(read)) ?? 0;
    print.log(helpOf(command));
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    print.error(`${nameOf(command)}: ${reason.trim().replace(/\s*\n\s*/g, " ")}`);
    return error instanceof WrongCommandLine ? WRONG : FAILED;
  }
}

/** Errors: throws, in one line, at what is no option of the command, or no value for it. */
export function readCommandLine<const C extends Command>(
  command: C,
  args: readonly string[],
): Given<C> | { readonly kind: "help" } {
  const { values, positionals } = parsed(command, args);
  if (values.help === true) return { kind: "help" };
  const unknown = positionals.find((word) => !Object.hasOwn(command.words ?? {}, word));
  if (unknown !== undefined) throw new WrongCommandLine(`Unexpected argument '${unknown}'. ${remedyOf(command)}`);
  const read = Object.entries(command.options).map(([name, option]) => [name, valueGiven(name, option, values[name])]);
  return { kind: "given", values: Object.fromEntries(read), words: positionals };
}

function parsed(command: Command, args: readonly string[]) {
  const options: ParseArgsOptionsConfig = { help: { type: "boolean", short: "h" } };
  for (const [name, { kind }] of Object.entries(command.options))
    options[name] = { type: kind === "switch" ? "boolean" : "string" };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [why = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s/); // its own advice is longer
    throw new WrongCommandLine(`${why}. ${remedyOf(command)}`);
  }
}

function valueGiven(name: string, option: Option, text: unknown): string | number | boolean | undefined {
  if (option.kind === "switch") return text === true;
  if (typeof text !== "string") return option.default;
  if (option.kind === "text") {
    if (text.trim() === "") throw new WrongCommandLine(`--${name} is empty; it takes ${option.takes}`);
    return text;
  }
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= option.from && number <= option.to) return number;
  throw new WrongCommandLine(`--${name} '${text}' should be a whole number from ${option.from} to ${option.to}`);
}

/** What is there, for somebody who typed what is not. */
function remedyOf({ options, words = {} }: Command): string {
  const names = [...Object.keys(words), ...Object.entries(options).map(([name, option]) => shown(name, option))];
  return names.length === 0 ? "There is only --help." : `There are ${names.join(", ")} and --help.`;
}

const shown = (name: string, option: Option): string =>
  option.kind === "switch" ? `--${name}` : `--${name} ${option.kind === "text" ? option.takes : "N"}`;

const nameOf = ({ call }: Command): string => call.replace(/ --$/, "");

/** Every line of the help: what it does, what can be said, an example. */
function helpOf({ call, about, options, words = {}, example }: Command): string {
  const rows = [
    ...Object.entries(words),
    ...Object.entries(options).map(([name, option]) => [shown(name, option), aboutOf(option)] as const),
    ["--help", "print this"] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  const named = Object.keys(words).length === 0 ? "" : " [names]";
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return `${call}${named} [options]\n\n${about}\n\n${lines.join("\n")}\n\nExample: ${example}`;
}

function aboutOf(option: Option): string {
  if (option.kind === "switch") return option.about;
  const bounds = option.kind === "number" ? [`${option.from} to ${option.to}`] : [];
  const preset = option.default === undefined ? [] : [`${option.default} without it`];
  const more = [...bounds, ...preset].join("; ");
  return more === "" ? option.about : `${option.about} (${more})`;
}
