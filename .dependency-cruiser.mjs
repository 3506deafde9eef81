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
 * Matches adapters: every folder of server/src except the core, the doctor (which checks all adapters), testing/,
 * host-git/, file-lock/ and runtime/. Counts outbound/ as an adapter.
 */
const adapter = "^server/src/(?!core/|doctor/|testing/|host-git/|starter/|file-lock/|runtime/)([^/]+)/";
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
    no(
      "no-cycles",
      "Merge files that import each other, or move the code that they share to a third file.",
      {},
      { circular: true },
    ),
    no(
      "imports-resolve",
      "The other rules cannot check an import that does not resolve.",
      {},
      { couldNotResolve: true },
    ),
    no(
      "runtime-imports-nothing-else",
      "Every part of the server may import server/src/runtime/, so its files import only each other.",
      { path: "^server/src/runtime/", pathNot: tests },
      { pathNot: "^server/src/runtime/" },
    ),
    no(
      "core-has-no-io",
      "The core has no I/O. It imports itself, the runtime, the contract, and the listed modules of Node.",
      { path: "^server/src/core/", pathNot: [tests, testing] },
      { pathNot: ["^(server/src/(core|runtime)|contract)/", "^(node:)?(crypto|path|stream|util)$"] },
    ),
    ...modulesOfTheCore.map((name, index) =>
      no(
        `core-${name}-imports-only-below`,
        "The modules of the core have a fixed order. A module imports only the modules below it.",
        { path: `^server/src/core/${name}/`, pathNot: [tests, testing] },
        { path: `^server/src/core/(${modulesOfTheCore.slice(index + 1).join("|") || "-"})/` },
      ),
    ),
    no(
      "core-modules-import-only-own-ports",
      "core/ports.ts combines all ports for composition. A module accepts the ports that it declares or inherits.",
      { path: "^server/src/core/[^/]+/", pathNot: [tests, testing] },
      { path: "^server/src/core/ports[.]ts$" },
    ),
    no(
      "core-only-through-index",
      "The index.ts of a core module is its public interface.",
      { path: "^(server/src|cli)/", pathNot: ["^server/src/core/([^/]+)/", tests, testing] },
      { path: "^server/src/core/[^/]+/", pathNot: ["^server/src/core/[^/]+/index[.]ts$", testing] },
    ),
    no(
      "core-modules-only-through-index",
      "The index.ts of a core module is its public interface.",
      { path: "^server/src/core/([^/]+)/", pathNot: [tests, testing] },
      {
        path: "^server/src/core/[^/]+/",
        pathNot: ["^server/src/core/$1/", "^server/src/core/[^/]+/index[.]ts$"],
      },
    ),
    no(
      "core-module-not-through-own-index",
      "Files in a core module import each other directly. The module's index.ts is for other modules and adapters.",
      { path: "^server/src/core/([^/]+)/" },
      { path: "^server/src/core/$1/index[.]ts$" },
    ),
    no(
      "core-imports-streams-as-types",
      "A port may use the type of a stream. The core does not create streams.",
      { path: "^server/src/core/", pathNot: tests },
      { path: "^(node:)?stream$", dependencyTypesNot: ["type-only"] },
    ),
    no(
      "adapters-are-independent",
      "An adapter imports only the core, runtime/, outbound/, host-git/, starter/ and file-lock/. It uses another adapter through a port.",
      { path: adapter, pathNot: [tests, testing] },
      { path: "^server/src/", pathNot: "^server/src/(core|runtime|outbound|host-git|starter|file-lock|$1)/" },
    ),
    no(
      "host-git-imports-no-adapter",
      "Every adapter may import host-git/, starter/ and file-lock/, so these import only the core, runtime/ and each other.",
      { path: "^server/src/(host-git|starter|file-lock)/", pathNot: [tests, testing] },
      { path: "^server/src/", pathNot: "^server/src/(core|runtime|host-git|starter|file-lock)/" },
    ),
    no(
      "only-entry-points-compose",
      "Only entry points compose adapters. Other files, such as config.ts, may import only a plug-ins.ts.",
      { path: "^server/src/[^/]+$", pathNot: [composes, tests] },
      { path: adapter, pathNot: registrations },
    ),
    no(
      "contract-imports-no-package",
      "The contract imports no other package of this repository.",
      { path: "^contract/" },
      { path: "^(server|sdk|cli|web|site|e2e|bench)/" },
    ),
    no(
      "server-imports-no-client",
      "The server does not depend on its clients.",
      { path: "^server/" },
      { path: "^(sdk|cli|web|site|e2e|bench)/" },
    ),
    no(
      "sdk-imports-only-contract",
      "The SDK depends on the API, not on its implementation.",
      { path: "^sdk/" },
      { path: "^(server|cli|web|site|e2e|bench)/" },
    ),
    no(
      "sdk-has-no-dependencies",
      "The SDK has no dependencies, so it imports only types from the contract.",
      { path: "^sdk/src/", pathNot: tests },
      { pathNot: "^sdk/", dependencyTypesNot: ["type-only", "core"] },
    ),
    no(
      "web-imports-only-sdk",
      "The dashboard uses only the public API, through the SDK.",
      { path: "^web/" },
      { path: "^(server|contract|cli|site|e2e|bench)/" },
    ),
    no(
      "site-imports-no-package",
      "The documentation's pages are built from files only.",
      { path: "^site/" },
      { path: "^(server|contract|sdk|cli|web|e2e|bench)/" },
    ),
    no(
      "cli-imports-only-server-exports",
      "The CLI may import the server's exports, for example to start it. It calls the API through the SDK.",
      { path: "^cli/" },
      { path: "^server/", pathNot: serverEntries },
    ),
    no(
      "product-imports-no-stories",
      "The CLI and the dashboard do not depend on end-to-end tests or benchmarks.",
      { path: "^(cli|web)/" },
      { path: "^(e2e|bench)/" },
    ),
    no(
      "core-imports-no-test-code",
      "Shared test code of the core may import adapters, so the core does not import it.",
      { path: "^server/src/core/", pathNot: [tests, testing] },
      { path: testing },
    ),
    no(
      "nothing-imports-tests",
      "Move code that tests share to a separate file.",
      { pathNot: tests },
      { path: tests },
    ),
  ],
  options: {
    // Without these two options, type imports and workspace packages are not checked.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    // Excludes build output.
    exclude: { path: "^(sdk|web|site)/dist/" },
  },
};
