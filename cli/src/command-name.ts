/** Returns the command that starts the CLI, as the user typed it. */
function commandName(env: NodeJS.ProcessEnv): string {
  if (env.npm_lifecycle_event === "npx") return "npx tembo";
  if (env.npm_lifecycle_event === "tembo") return "npm run tembo --";
  return "tembo";
}

/**
 * Replaces `tembo` at the start of each command in a hint with the command that the user typed. The user can then copy
 * the hint.
 */
export function asTyped(hint: string, env: NodeJS.ProcessEnv): string {
  const name = commandName(env);
  return name === "tembo" ? hint : hint.replaceAll(/(^|["(]|: |\brun )tembo (?=[a-z])/g, `$1${name} `);
}
