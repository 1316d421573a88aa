import { describe, expect, test } from "vitest";
import { startOptions } from "./startOptions.js";

describe("the options of npm start", () => {
  test("are a folder, traffic and no watches; without any, the defaults", () => {
    expect(startOptions([])).toEqual({ data: undefined, hasTraffic: false, isWatching: true });
    expect(startOptions(["--data", "x", "--traffic", "--no-watch"])).toEqual({
      data: "x",
      hasTraffic: true,
      isWatching: false,
    });
  });

  test.each([
    [["--port", "1"], "Unknown option '--port'. There are --data FOLDER, --traffic, --no-watch and --help."],
    [["demo"], /^Unexpected argument 'demo'.* There are --data FOLDER/],
    [["--data"], /^Option '--data <value>' argument missing\. There are/],
    [["--data", " "], "--data is empty; it should name a folder"],
  ])("%j says what is wrong and what there is", (args, message) => {
    expect(() => startOptions(args)).toThrow(message);
  });

  test.each(["--help", "-h"])("%s asks for help", (option) => {
    expect(startOptions([option])).toBe("help");
  });
});
