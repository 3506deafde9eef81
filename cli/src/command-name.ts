import { readFileSync } from "node:fs";

/**
 * Returns the command that starts the CLI, as the user typed it. A clone has no name in a registry: elsewhere, `npx tembo` would run the
 * package of a stranger. npm reports the tarballs that `npx --package` names.
 */
function commandName(env: NodeJS.ProcessEnv, givenName: string | null): string {
  if (env.npm_lifecycle_event !== "npx" && env.npm_lifecycle_event !== "tembo") return "tembo";
  const packageName = givenName ?? readPackageName();
  if (env.npm_lifecycle_event === "npx" && packageName !== cloneName)
    return env.npm_config_package ? `npx --package ${env.npm_config_package} tembo` : `npx ${packageName}`;
  return "npm run tembo --";
}

/** Name in the manifest at the root of a clone. */
const cloneName = "tembo";

/** Reads the manifest at run time, because a bundler would embed the clone's manifest. */
function readPackageName(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).name;
}

/**
 * Replaces `tembo` at the start of each command in a hint with the command that the user typed. The user can then copy
 * the hint.
 */
export function asTyped(hint: string, env: NodeJS.ProcessEnv, packageName: string | null = null): string {
  const name = commandName(env, packageName);
  return name === "tembo" ? hint : hint.replaceAll(/(^|["(]|: |\brun )tembo (?=[a-z])/g, `$1${name} `);
}
