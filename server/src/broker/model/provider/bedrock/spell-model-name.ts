import { findModel } from "../../../../core/access/index.ts";

/**
 * Returns Amazon Bedrock's name for a model, with the inference profile for the region's geography. Returns an ARN, or a name that already has
 * this form, unchanged.
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
