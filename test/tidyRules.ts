/** The rules that the source keeps; `tidy.test.ts` holds it to them, and each rule to what it bans. */
import names from "../shared/names.json" with { type: "json" };
import { codeOf, importsOf, type Source } from "./sources.js";

export interface Rule {
  readonly what: string;
  /** What it applies to. */
  readonly applies: (source: Source) => boolean;
  /** What is wrong in the source; nothing where it keeps the rule. */
  readonly offences: (source: Source) => readonly string[];
}

const below = (folder: string) => (source: Source) => source.path.startsWith(folder) && !isTestFile(source);
const isTestFile = ({ path }: Source): boolean => path.endsWith(".test.ts");

/** A file imports nothing but what is listed: paths from the root as prefixes, packages by their names. */
const imports = (folder: string, allowed: readonly RegExp[]): Rule => ({
  what: `${folder} imports only what it may`,
  applies: below(folder),
  offences: (source) => importsOf(source).filter((target) => !allowed.some((one) => one.test(target))),
});

const DOMAIN = /^shared\/domain\//;
const HTTP = /^shared\/http\//;
const NAMES = /^shared\/names\.json$/;
const MESSAGES = /^shared\/messages\.js$/;
const CONFIG = /^shared\/config\.js$/;
const SETTINGS = /^shared\/(settings|graphSettings)\.js$/;
const ADAPTERS = /^shared\/adapters\//;
const ZOD = /^zod$/;
const AZURE_FUNCTIONS = /^@azure\/functions$/;
const STORAGE_AND_GRAPH =
  /^(@azure\/(data-tables|storage-queue|identity)|@microsoft\/microsoft-graph-(client|types)|jose)$/;

/** Where each part of the product may look. `config` sees the domain only, for its own types. */
export const DIRECTIONS: readonly Rule[] = [
  imports("functions/", [/^shared\/runtime\.js$/, MESSAGES, DOMAIN, HTTP, CONFIG, NAMES, AZURE_FUNCTIONS, ZOD]),
  imports("shared/runtime.ts", [CONFIG, ADAPTERS, DOMAIN, HTTP, NAMES, AZURE_FUNCTIONS]),
  imports("shared/adapters/", [ADAPTERS, DOMAIN, MESSAGES, STORAGE_AND_GRAPH, ZOD, /^node:buffer$/]),
  imports("shared/domain/", [DOMAIN, /^temporal-polyfill\/implementation$/, /^node:crypto$/]),
  imports("shared/http/", [HTTP, DOMAIN, ZOD, AZURE_FUNCTIONS, /^node:crypto$/]),
  imports("client/", [/^client\//]),
  imports("shared/messages.ts", [DOMAIN, ZOD]),
  imports("shared/config.ts", [SETTINGS, DOMAIN, ZOD]),
  imports("shared/graphSettings.ts", [SETTINGS, DOMAIN]),
  imports("shared/settings.ts", [ZOD]),
  {
    what: "nothing but tests, and local, bench and deploy themselves, imports functions or local",
    applies: (source) => !isTestFile(source) && !/^(test|local|bench|deploy)\//.test(source.path),
    offences: (source) => importsOf(source).filter((target) => /^(functions|local|test|bench|deploy)\//.test(target)),
  },
];

/** Code that must not occur, whatever its comments say. */
const bans = (what: string, applies: Rule["applies"], banned: RegExp): Rule => ({
  what,
  applies,
  offences: ({ text }) => codeOf(text).match(new RegExp(banned, "g")) ?? [],
});

const OUTSIDE_WORLD =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\b|\bglobalThis\b|\bfetch\s*\(|\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b|\bperformance\b|\bAbortSignal\.timeout\b|\bconsole\b|\bTemporal\.Now\b/;

export const PURITY: readonly Rule[] = [
  bans("the domain knows no clock, network, environment or chance", below("shared/domain/"), OUTSIDE_WORLD),
  {
    what: "of node:crypto the domain takes hashing only",
    applies: below("shared/domain/"),
    offences: ({ text }) =>
      [...codeOf(text).matchAll(/import \{([^}]*)\} from "node:crypto"|import [^{][^;]* from "node:crypto"/g)].flatMap(
        ([whole, list]) =>
          list?.split(",").filter((name) => !/^(createHash|createHmac|timingSafeEqual)?$/.test(name.trim())) ??
          (whole.includes("{") ? [] : [whole]),
      ),
  },
  bans("settings come from the parsed configuration", isSettled, /\bprocess\.env\b/),
];

/** The two places that touch the environment itself: the configuration's caller, and what must be known at import. */
function isSettled(source: Source): boolean {
  return /^(functions|shared)\//.test(source.path) && !isTestFile(source) && !ENVIRONMENT.has(source.path);
}
const ENVIRONMENT: ReadonlySet<string> = new Set(["shared/runtime.ts", "shared/http/onHttp.ts"]);

const QUEUES_AND_TABLES = Object.values(names);
const UNMISTAKABLE = QUEUES_AND_TABLES.filter((name) => name.includes("-")).join("|");
/** A literal where a name of a queue or table goes, or one that can be nothing else. */
const WRITTEN_NAME = new RegExp(
  `\\b(?:queueName|tableName|refreshQueue|subscriptionsQueue|graphEventsQueue|calendarsTable|subscriptionsTable)\\s*:\\s*["'\`](?!\\$\\{)` +
    `|\\b(?:getQueueClient|openTable|TableClient|fromConnectionString)\\([^)]*["'\`](?:${QUEUES_AND_TABLES.join("|")})["'\`]` +
    `|["'\`](?:[\\w-]*(?:${UNMISTAKABLE}))["'\`]`,
);

export const NAMES_ONCE: readonly Rule[] = [
  bans(
    "names.json alone holds the names of queues and tables",
    (source) => below("functions/")(source) || below("shared/")(source),
    WRITTEN_NAME,
  ),
];

export const LINES_MAX = 250;

export const SHAPE: readonly Rule[] = [
  bans("no any", () => true, /(?<=[:<|&(,=]\s*|\bas\s+)any\b(?=\s*[,;)>=|&[\]}]|$)/m),
  bans("nothing is asserted to be there", () => true, /(?<=[\w)\]])!(?=\s*[.;,)\][(}])/),
  {
    what: `at most ${LINES_MAX} lines`,
    applies: () => true,
    offences: ({ text }) => {
      const lines = text.trimEnd().split("\n").length;
      return lines > LINES_MAX ? [`${lines} lines`] : [];
    },
  },
  {
    what: "test names are sentences",
    applies: isTestFile,
    offences: ({ text }) => testNamesOf(text).filter((name) => !isSentence(name)),
  },
];

/** Names given as literals. Those made of a table's rows are judged by the words around the rows' own. */
const testNamesOf = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:test|it)(?:\.\w+)?\(\s*(["'`])((?:\\.|(?!\1).)+)\1/gm)].map(([, , name = ""]) => name);

/** At least three words, after the numbers of the invariants it holds; not "should", which says nothing. */
function isSentence(name: string): boolean {
  const [, words = ""] = /^(?:(?:[A-Z]\d+(?:, )?)+: )?(.*)$/s.exec(name) ?? [];
  return words.trim().split(/\s+/).length >= 3 && !/^should\b/i.test(words);
}
