import { findModel } from "../../../../core/access/index.ts";

/** Returns OpenRouter's name for a model. Returns a name that already has this form unchanged. */
export function spellModelName(name: string): string {
  return name.includes("/") ? name : (findModel(name)?.names.openrouter ?? guess(name));
}

const makers: readonly (readonly [string, string])[] = [
  ["claude-", "anthropic"],
  ["gpt-", "openai"],
  ["gemini-", "google"],
];

/**
 * Guesses OpenRouter's name, which has the form `maker/model`, without a date and with a dot in the version. Returns the name unchanged if its
 * maker is unknown.
 */
function guess(name: string): string {
  const maker = makers.find(([begin]) => name.startsWith(begin))?.[1];
  if (maker === undefined) return name;
  return `${maker}/${name.replace(/-\d{8}$/, "").replace(/(\d)-(\d)(?=-|$)/, "$1.$2")}`;
}
