import manifest from "../package.json" with { type: "json" };

/**
 * Returns the command that starts the CLI, as the user typed it. A clone has no name in a registry: elsewhere, `npx tembo` would run the
 * package of a stranger. npm reports the tarballs that `npx --package` names.
 */
function commandName(env: NodeJS.ProcessEnv, packageName: string): string {
  const isClone = packageName === "@tembo/cli";
  if (env.npm_lifecycle_event === "npx" && !isClone)
    return env.npm_config_package ? `npx --package ${env.npm_config_package} tembo` : `npx ${packageName}`;
  if (env.npm_lifecycle_event === "npx" || env.npm_lifecycle_event === "tembo") return "npm run tembo --";
  return "tembo";
}

/**
 * Replaces `tembo` at the start of each command in a hint with the command that the user typed. The user can then copy
 * the hint.
 */
export function asTyped(hint: string, env: NodeJS.ProcessEnv, packageName = manifest.name): string {
  const name = commandName(env, packageName);
  return name === "tembo" ? hint : hint.replaceAll(/(^|["(]|: |\brun )tembo (?=[a-z])/g, `$1${name} `);
}
