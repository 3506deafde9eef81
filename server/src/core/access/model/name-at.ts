import { findModel } from "./catalogue.ts";
import type { ModelProvider } from "./provider.ts";

/**
 * What a provider calls the model that somebody named: as the catalogue says, and for a name that it does not know by the provider's
 * own pattern. A name that is in the provider's form already is left as it is. `region` is Amazon's: models are reached by the
 * inference profile of its part of the world.
 */
export function nameAt(provider: ModelProvider, name: string, region: string | null = null): string {
  const model = findModel(name);
  switch (provider) {
    case "openrouter":
      return name.includes("/") ? name : (model?.names.openrouter ?? openRouterName(name));
    case "vertex":
      return name.includes("@") ? name : (model?.names.vertex ?? name);
    case "bedrock":
      if (/^arn:|(^|\.)anthropic\./.test(name)) return name;
      return `${profileOf(region)}.${model?.names.bedrock ?? `anthropic.${name}`}`;
    default:
      return name;
  }
}

const makers: readonly (readonly [string, string])[] = [
  ["claude-", "anthropic"],
  ["gpt-", "openai"],
  ["gemini-", "google"],
];

/** Its names are `maker/model`, without a date and with dots in versions. */
function openRouterName(name: string): string {
  const maker = makers.find(([begin]) => name.startsWith(begin))?.[1];
  if (maker === undefined) return name;
  return `${maker}/${name.replace(/-\d{8}$/, "").replace(/(\d)-(\d)(?=-|$)/, "$1.$2")}`;
}

function profileOf(region: string | null): string {
  if (region?.startsWith("us-gov-")) return "us-gov";
  if (region?.startsWith("us-") || region?.startsWith("ca-")) return "us";
  return region?.startsWith("eu-") ? "eu" : "global";
}
