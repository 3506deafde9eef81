import { posix } from "node:path";
import { z } from "zod";
import { maxFeatures, type UsedFeature } from "../core/turns/index.ts";
import { type Fail, text } from "./devcontainer-schemas.ts";

const maxNameLength = 300;
/** Value of an option. */
export const optionValue = z.union([text, z.number(), z.boolean()]);
/** Options, or a text for the option `version`. */
const options = z.union([z.record(text.min(1).max(100), optionValue), optionValue]).nullish();

export const usedFeatures = z.record(text.max(maxNameLength), options).nullish();

/**
 * Returns features by name with the options that a file chooses. `folder` is the path of the folder that contains the
 * devcontainer.json. Throws the error that `fail` creates if there are more than 30, or a name is neither a reference in a registry nor a
 * folder below. Pure.
 */
export function toUsedFeatures(
  features: z.infer<typeof usedFeatures>,
  folder: string,
  fail: Fail,
): UsedFeature[] {
  const entries = Object.entries(features ?? {});
  if (entries.length > maxFeatures) throw fail(`names more than ${maxFeatures} features. Remove some.`);
  return entries.map(([name, chosen]) => ({
    ...toPlace(name, folder, fail),
    options: toOptions(chosen),
  }));
}

function toPlace(name: string, folder: string, fail: Fail): Pick<UsedFeature, "name" | "folder"> {
  if (name.startsWith("./")) {
    const path = posix.normalize(name).replace(/\/$/, "");
    if (path !== "." && path !== ".." && !path.startsWith("../"))
      return { name: `./${path}`, folder: posix.join(folder, path) };
    throw fail(`names the feature ${JSON.stringify(name)} outside its folder. Use a folder below it.`);
  }
  // The name of a registry has a dot, a port or is localhost.
  if (/^(?:[A-Za-z0-9][^/]*[.:][^/]*|localhost)(?:\/[^/:@]+)+(?::[^/:@]+)?(?:@[^/@]+)?$/.test(name))
    return { name, folder: null };
  throw fail(
    `names the feature ${JSON.stringify(name)}, which is neither a reference in a registry nor a relative folder. Use a reference such as "ghcr.io/owner/features/name:1", or a folder such as "./name".`,
  );
}

function toOptions(chosen: z.infer<typeof options>): UsedFeature["options"] {
  if (typeof chosen === "object" && chosen !== null)
    return Object.fromEntries(Object.entries(chosen).map(([option, one]) => [option, String(one)]));
  return typeof chosen === "string" || typeof chosen === "number" ? { version: String(chosen) } : {};
}
