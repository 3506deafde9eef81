import { readFileSync } from "node:fs";

/**
 * Creates a rule for the layering in docs/architecture.md. scripts/dependency-rules.test.ts tests each rule with a
 * planted fault.
 */
const no = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const tests = "[.]test[.]ts$";
/** Matches folders with code that only tests start or use. */
const testing = "/testing/";
/**
 * Matches adapters: every folder of server/src except the core, the doctor (which checks all adapters), code that tests
 * share and the folders that adapters use.
 */
const adapter = "^server/src/(?!core/|doctor/|testing/|host-git/|runtime/)([^/]+)/";
/** Modules of the core, from the lowest to the highest. */
export const modulesOfTheCore = ["base", "accounts", "access", "forges", "sessions", "turns", "automation"];
/** Matches files that list the plug-ins. */
const registrations = "^server/src/([^/]+|broker/model/provider)/plug-ins[.]ts$";
const composes = "^server/src/(main|index|doctor|start-[^/]+)[.]ts$";
const { exports: serverExports } = JSON.parse(
  readFileSync(new URL("./server/package.json", import.meta.url), "utf8"),
);
const serverEntries = Object.values(serverExports).map(
  (path) => `^server/${path.replace(/^[.]\//, "").replaceAll(".", "[.]")}$`,
);

export default {
  forbidden: [
    no("no-cycles", "Two files that need each other are one, or a third is missing.", {}, { circular: true }),
    no(
      "everything-resolves",
      "A rule cannot see an import that leads nowhere.",
      {},
      { couldNotResolve: true },
    ),
    no(
      "runtime-is-the-floor",
      "Every part of the server stands on the runtime: it has timers, signals and bytes, and imports nothing.",
      { path: "^server/src/runtime/", pathNot: tests },
      { pathNot: "^server/src/runtime/" },
    ),
    no(
      "core-is-pure",
      "What the product does has no I/O: it imports itself, the runtime, the contract, and pure parts of Node.",
      { path: "^server/src/core/", pathNot: [tests, testing] },
      { pathNot: ["^(server/src/(core|runtime)|contract)/", "^(node:)?(crypto|path|stream)$"] },
    ),
    ...modulesOfTheCore.map((name, index) =>
      no(
        `core-${name}-imports-only-below`,
        "The modules of the core stand on each other in one order: a module imports those below it.",
        { path: `^server/src/core/${name}/`, pathNot: [tests, testing] },
        { path: `^server/src/core/(${modulesOfTheCore.slice(index + 1).join("|") || "-"})/` },
      ),
    ),
    no(
      "no-module-knows-the-bag-of-ports",
      "All ports in one type are for where things are composed. A module takes its own.",
      { path: "^server/src/core/[^/]+/", pathNot: [tests, testing] },
      { path: "^server/src/core/ports[.]ts$" },
    ),
    no(
      "core-only-through-faces",
      "What a module lets others use is in its index.ts.",
      { path: "^(server/src|cli)/", pathNot: ["^server/src/core/([^/]+)/", tests, testing] },
      { path: "^server/src/core/[^/]+/", pathNot: ["^server/src/core/[^/]+/index[.]ts$", testing] },
    ),
    no(
      "modules-only-through-faces",
      "What a module lets others use is in its index.ts.",
      { path: "^server/src/core/([^/]+)/", pathNot: [tests, testing] },
      {
        path: "^server/src/core/[^/]+/",
        pathNot: ["^server/src/core/$1/", "^server/src/core/[^/]+/index[.]ts$"],
      },
    ),
    no(
      "a-module-does-not-use-its-own-face",
      "Inside a module files import each other; its face is for others.",
      { path: "^server/src/core/([^/]+)/" },
      { path: "^server/src/core/$1/index[.]ts$" },
    ),
    no(
      "core-knows-streams-as-types",
      "A port may speak of a stream; the core never makes one.",
      { path: "^server/src/core/", pathNot: tests },
      { path: "^(node:)?stream$", dependencyTypesNot: ["type-only"] },
    ),
    no(
      "adapters-never-meet",
      "An adapter knows the core, the runtime, and the one way out of the server. What it needs of another one is a port.",
      { path: adapter, pathNot: [tests, testing] },
      { path: "^server/src/", pathNot: "^server/src/(core|runtime|outbound|host-git|$1)/" },
    ),
    no(
      "the-ground-knows-no-adapter",
      "What every adapter may use is below them all.",
      { path: "^server/src/host-git/", pathNot: [tests, testing] },
      { path: "^server/src/", pathNot: "^server/src/(core|runtime|host-git)/" },
    ),
    no(
      "only-the-root-composes",
      "Adapters are put together in one place. The configuration reads the names that the plug-ins have.",
      { path: "^server/src/[^/]+$", pathNot: [composes, tests] },
      { path: adapter, pathNot: registrations },
    ),
    no(
      "contract-is-the-floor",
      "The contract stands on nothing of ours.",
      { path: "^contract/" },
      { path: "^(server|sdk|cli|web|e2e|bench)/" },
    ),
    no(
      "server-is-below-its-clients",
      "The server does not know who calls it.",
      { path: "^server/" },
      { path: "^(sdk|cli|web|e2e|bench)/" },
    ),
    no(
      "sdk-knows-the-contract",
      "The client knows the API and nothing behind it.",
      { path: "^sdk/" },
      { path: "^(server|cli|web|e2e|bench)/" },
    ),
    no(
      "sdk-has-no-dependencies",
      "The client is installed without dependencies, so it imports only types from the contract.",
      { path: "^sdk/src/", pathNot: tests },
      { pathNot: "^sdk/", dependencyTypesNot: ["type-only", "core"] },
    ),
    no(
      "web-speaks-through-sdk",
      "The dashboard can do what every client can.",
      { path: "^web/" },
      { path: "^(server|contract|cli|e2e|bench)/" },
    ),
    no(
      "cli-uses-what-the-server-exports",
      "The command starts the server; everything else goes through the SDK.",
      { path: "^cli/" },
      { path: "^server/", pathNot: serverEntries },
    ),
    no(
      "stories-are-leaves",
      "No part of the product needs its stories or figures.",
      { path: "^(cli|web)/" },
      { path: "^(e2e|bench)/" },
    ),
    no(
      "the-core-needs-no-test-helper",
      "What tests of the core share may use adapters, so the core may not use it.",
      { path: "^server/src/core/", pathNot: [tests, testing] },
      { path: testing },
    ),
    no("tests-are-leaves", "What tests share has a file of its own.", { pathNot: tests }, { path: tests }),
  ],
  options: {
    // Without these two options, type imports and workspace packages are not checked.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    // Excludes build output.
    exclude: { path: "^(sdk|web)/dist/" },
  },
};
