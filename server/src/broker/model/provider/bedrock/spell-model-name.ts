import { findModel } from "../../../../core/access/index.ts";

/**
 * Spells a model's name as Amazon Bedrock does, with the inference profile of the region's part of the world. Returns a name unchanged if
 * it already has this form.
 */
export function spellModelName(name: string, region: string): string {
  if (/^arn:|(^|\.)anthropic\./.test(name)) return name;
  return `${profileFor(region)}.${findModel(name)?.names.bedrock ?? `anthropic.${name}`}`;
}

function profileFor(region: string): string {
  if (region.startsWith("us-gov-")) return "us-gov";
  if (region.startsWith("us-") || region.startsWith("ca-")) return "us";
  return region.startsWith("eu-") ? "eu" : "global";
}
