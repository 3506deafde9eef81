import { findModel } from "../../../../core/access/index.ts";

/** Spells a model's name as OpenRouter does. Returns a name unchanged if it already has this form. */
export function spellModelName(name: string): string {
  return name.includes("/") ? name : (findModel(name)?.names.openrouter ?? guess(name));
}

const makers: readonly (readonly [string, string])[] = [
  ["claude-", "anthropic"],
  ["gpt-", "openai"],
  ["gemini-", "google"],
];

/** OpenRouter's names have the form `maker/model`, without a date and with dots in versions. */
function guess(name: string): string {
  const maker = makers.find(([begin]) => name.startsWith(begin))?.[1];
  if (maker === undefined) return name;
  return `${maker}/${name.replace(/-\d{8}$/, "").replace(/(\d)-(\d)(?=-|$)/, "$1.$2")}`;
}
