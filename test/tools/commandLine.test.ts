/** Every program that is typed by hand: its help, and what it says to options that it does not have. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BENCH, COSTS } from "../../bench/options.js";
import { CHECK_DEPLOYED, PACKAGE, WORKBOOK } from "../../deploy/options.js";
import { SOAK } from "../../local/demo/soakOptions.js";
import { START } from "../../local/demo/startOptions.js";
import { SIMULATOR } from "../../local/graph/options.js";
import { HOST } from "../../local/host/options.js";
import pkg from "../../package.json" with { type: "json" };
import { CHECK_BICEP, SNAPSHOTS } from "../../tools/bicep/options.js";
import { type Command, readCommandLine, runCommand } from "../../tools/commandLine.js";
import { EVENTS_SETUP } from "../../tools/events/options.js";
import { SIMULATE } from "../world/simulateOptions.js";

const COMMANDS: Readonly<Record<string, Command>> = {
  BENCH,
  CHECK_BICEP,
  CHECK_DEPLOYED,
  COSTS,
  EVENTS_SETUP,
  HOST,
  PACKAGE,
  SIMULATE,
  SIMULATOR,
  SNAPSHOTS,
  SOAK,
  START,
  WORKBOOK,
};
const ALL = Object.entries(COMMANDS);

/** What a run prints, its exit code, and what its work was given. */
async function ran<const C extends Command>(command: C, args: readonly string[], work: () => number = () => 0) {
  const [out, err, given]: [string[], string[], unknown[]] = [[], [], []];
  const print = { log: (line: string) => void out.push(line), error: (line: string) => void err.push(line) };
  const code = await runCommand(command, args, ({ values, words }) => given.push({ values, words }) && work(), print);
  return { code, out: out.join("\n"), err: err.join("\n"), given };
}

describe.each(ALL)("%s", (_name, command) => {
  test.each(["--help", "-h"])(
    "answers %s with what it does, each option with its default, and an example",
    async (help) => {
      const { code, out, given } = await ran(command, [help]);
      expect([code, given]).toEqual([0, []]);
      for (const part of [command.call, command.about, `Example: ${command.example}`]) expect(out).toContain(part);
      for (const [name, option] of Object.entries(command.options)) {
        const line = out.split("\n").find((one) => one.startsWith(`  --${name}`)) ?? "";
        expect(line).toContain(option.about);
        if ("default" in option) expect(line).toContain(`${option.default} without it`);
      }
    },
  );

  test("refuses an unknown option and a stray word in one line that names them and what there is", async () => {
    for (const [wrong, args] of [["--bogus", ["--bogus=1"]] as const, ["stray", ["stray"]] as const]) {
      const { code, out, err, given } = await ran(command, args);
      expect([code, out, given]).toEqual([2, "", []]);
      expect(err).toMatch(
        new RegExp(`^${command.call.replace(/ --$/, "")}: [^\\n]*'${wrong}'. There (is|are) [^\\n]*--help\\.$`),
      );
      for (const name of Object.keys(command.options)) expect(err).toContain(`--${name}`);
    }
  });

  test("takes what its example says", () => {
    const [, args = ""] = command.example.split(/ -- | dist\/\S+/);
    expect(readCommandLine(command, args.split(" ").filter(Boolean)).kind).toBe("given");
  });
});

test("every script that runs a program of this project reads its command line in this way", () => {
  const scripts = Object.entries(pkg.scripts).flatMap(([name, line]) => {
    const [, file] = /node dist\/(\S+)\.js/.exec(line) ?? [];
    return file === undefined ? [] : [[name, `${file}.ts`] as const];
  });
  expect(scripts.length).toBeGreaterThan(10);
  // `npm run bicep` hands everything on: the CLI has its own help.
  for (const [name, file] of [...scripts, ["", "local/graph/main.ts"] as const].filter(([name]) => name !== "bicep")) {
    const [, named = ""] = /runCommand\((\w+), process\.argv\.slice\(2\)/.exec(readFileSync(file, "utf8")) ?? [];
    const call = { start: "npm start", "": SIMULATOR.call }[name] ?? `npm run ${name}`;
    expect(COMMANDS[named]?.call, file).toMatch(new RegExp(`^${call}( --)?$`));
  }
});

describe("values", () => {
  const valuesOf = async (command: Command, args: readonly string[]) => {
    const [given] = (await ran(command, args)).given;
    return given;
  };

  test("are those that were given, and else the defaults", async () => {
    expect(await valuesOf(START, [])).toEqual({
      values: { data: undefined, traffic: false, "no-watch": false },
      words: [],
    });
    expect(await valuesOf(START, ["--data", "x", "--traffic"])).toMatchObject({ values: { data: "x", traffic: true } });
    expect(await valuesOf(SIMULATOR, ["--graph-port=0"])).toEqual({
      values: { "graph-port": 0, "control-port": 7081, address: "127.0.0.1" },
      words: [],
    });
    expect(await valuesOf(BENCH, ["reads", "lag"])).toEqual({ values: {}, words: ["reads", "lag"] });
  });

  test.each<[Command, readonly string[], string]>([
    [
      START,
      ["--data"],
      "'--data <value>' argument missing. There are --data FOLDER, --traffic, --no-watch and --help.",
    ],
    [START, ["--data", " "], "--data is empty; it takes FOLDER"],
    [START, ["--data", "--traffic"], "'--data' argument is ambiguous"],
    [START, ["--traffic=yes"], "'--traffic' does not take an argument"],
    [HOST, ["--port", "65536"], "--port '65536' should be a whole number from 0 to 65535"],
    [HOST, ["--port", "-1"], "'--port' argument is ambiguous"],
    [SOAK, ["--minutes", "0"], "--minutes '0' should be a whole number from 1"],
    [EVENTS_SETUP, ["--wait-minutes", "soon"], "--wait-minutes 'soon' should be a whole number from 0 to 120"],
    [BENCH, ["writes"], "Unexpected argument 'writes'. There are packing, bigCalendar"],
  ])("of %# are refused in one line that says why", async (command, args, words) => {
    const { code, err, given } = await ran(command, args);
    expect([code, given]).toEqual([2, []]);
    expect(err).toContain(words);
    expect(err).not.toContain("\n");
  });
});

test("what the work throws is said in one line without a stack, and the exit code is 1", async () => {
  const { code, err } = await ran(COSTS, [], () => {
    throw new Error("no document\n  at all");
  });
  expect([code, err]).toEqual([1, "npm run costs: no document at all"]);
});
