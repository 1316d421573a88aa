/**
 * Prints shared/domain/windowsZones.json: which IANA zone each Windows zone name stands for, after CLDR's territory 001,
 * the zone that stands for the name anywhere. After an update of cldr-core:
 *
 *     node local/generateWindowsZones.mjs > shared/domain/windowsZones.json
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const EVERYWHERE = "001";

const file = createRequire(import.meta.url).resolve("cldr-core/supplemental/windowsZones.json");
const { mapTimezones } = JSON.parse(readFileSync(file, "utf8")).supplemental.windowsZones;
const zones = mapTimezones.map(({ mapZone }) => mapZone).filter(({ _territory }) => _territory === EVERYWHERE);
const names = Object.fromEntries(zones.map(({ _other, _type }) => [_other, _type]).sort());
process.stdout.write(`${JSON.stringify(names, undefined, 2)}\n`);
