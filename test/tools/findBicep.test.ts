import { describe, expect, test } from "vitest";
import { findBicep, PINNED_VERSION } from "../../tools/bicep/find.js";
import type { Machine } from "../../tools/bicep/machine.js";

interface Parts {
  /** Version that each program on this machine prints. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Files that a command leaves behind, by its first words. */
  readonly leaves?: Readonly<Record<string, string>>;
}

const OF_AZURE = "/home/me/.azure/bin/bicep";
const RESTORED = `${process.cwd()}/.tools/azure.bicep.commandline.linux-x64/${PINNED_VERSION}/tools/bicep`;

/** A machine with these programs, and what was run on it to change something. */
function machineWith({ versions = {}, leaves = {} }: Parts): { machine: Machine; commands: string[] } {
  const there = new Map(Object.entries(versions));
  const commands: string[] = [];
  const machine: Machine = {
    platform: "linux",
    arch: "x64",
    azureFolder: "/home/me/.azure",
    exists: (path) => there.has(path),
    makeExecutable: () => undefined,
    run(file, args) {
      const version = there.get(file);
      if (args[0] === "--version") {
        return version === undefined ? undefined : { code: 0, output: `Bicep CLI version ${version} (abc)` };
      }
      const left = leaves[`${file} ${args[0]}`];
      if (left === undefined) return undefined;
      commands.push([file, ...args].join(" "));
      there.set(left, PINNED_VERSION);
      return { code: 0, output: "" };
    },
  };
  return { machine, commands };
}

describe("the Bicep CLI", () => {
  test("the one on PATH comes first, and nothing is installed", () => {
    const { machine, commands } = machineWith({
      versions: { bicep: "0.49.2", [OF_AZURE]: PINNED_VERSION },
      leaves: { "dotnet restore": RESTORED },
    });
    expect(findBicep(machine)).toEqual({ kind: "found", path: "bicep", from: "PATH" });
    expect(commands).toEqual([]);
  });

  test("one on PATH that is too old to know the resource types is passed over", () => {
    const { machine } = machineWith({ versions: { bicep: "0.9.999", [OF_AZURE]: PINNED_VERSION } });
    expect(findBicep(machine)).toEqual({ kind: "found", path: OF_AZURE, from: "az" });
  });

  test("the Azure CLI installs its own where it has none", () => {
    const { machine, commands } = machineWith({
      leaves: { "az bicep": OF_AZURE, "dotnet restore": RESTORED },
    });
    expect(findBicep(machine)).toEqual({ kind: "found", path: OF_AZURE, from: "az" });
    expect(commands).toEqual([`az bicep install --version v${PINNED_VERSION}`]);
  });

  test("else the package is restored with dotnet, once", () => {
    const { machine, commands } = machineWith({ leaves: { "dotnet restore": RESTORED } });
    expect(findBicep(machine)).toEqual({ kind: "found", path: RESTORED, from: "dotnet" });
    expect(findBicep(machine)).toEqual({ kind: "found", path: RESTORED, from: "dotnet" });
    expect(commands).toHaveLength(1);
  });

  test("without any of them one line says what to install", () => {
    const found = findBicep(machineWith({}).machine);
    expect(found).toEqual({
      kind: "absent",
      remedy: expect.stringMatching(/^No Bicep CLI .*PATH.*az bicep.*\.NET SDK/),
    });
    expect(JSON.stringify(found)).not.toContain("\\n");
  });
});
