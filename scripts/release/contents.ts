/** Names of the packages that users install. */
export const commandPackage = "@opentembo/tembo";
export const sdkPackage = "@opentembo/sdk";

/** Modules that Node starts. The package contains a bundle of each. */
export const commandEntry = "cli/src/main.ts";
/** They run in a sandbox of their own, with only their folders. */
export const sandboxEntries: readonly string[] = [
  "server/src/layers/assemble/main.ts",
  "server/src/layers/find-text/main.ts",
];

/** Patterns of the other files, which are copied as they are. */
export const assets: readonly string[] = [
  "cli/bin/tembo.js",
  "server/src/harness/compile-cache/enable.cjs",
  "server/src/harness/locks/*/package{,-lock}.json",
  "server/src/harness/stream-json/program/*.cjs",
  "server/src/{host-git,starter}/*.pl",
  "server/src/sandbox/{init,system,terminal}/*.pl",
  "server/src/sandbox/system/*.sh",
  "server/src/sandbox/tembo-program/*.cjs",
  "server/src/store/migrations/*.sql",
  "deploy/systemd/*.in",
  "site/dist/**",
  "web/dist/**",
];

/** Workspaces whose modules and dependencies are part of the command's package. */
export const workspaces = ["cli", "contract", "sdk", "server"] as const;

/** Files of each package, as patterns for npm. npm adds package.json and the bundled packages in node_modules. */
export const commandFiles: readonly string[] = [
  "cli/bin",
  "cli/src",
  "server/package.json",
  "server/src",
  "deploy/systemd",
  "site/dist",
  "web/dist",
  "LICENSE",
  "NOTICE",
  "README.md",
];
export const sdkFiles: readonly string[] = ["cjs", "esm", "LICENSE", "README.md"];
