import { z } from "zod";
import { AppError } from "../core/base/index.ts";
import type { FeatureRequest, ParsedFeature } from "../core/turns/index.ts";
import { lifecycleFields, parseCommentedJson, text, toCommands } from "./devcontainer-schemas.ts";
import { optionValue, toUsedFeatures, usedFeatures } from "./used-features.ts";

const maxBytes = 256 * 1024;
const names = z.array(text.max(300)).max(100).nullish();
/** A line break would end the instruction of the Dockerfile that sets the variable. */
const line = text.regex(/^[^\n\r]*$/, "line breaks are not possible");

const schema = z.object({
  options: z
    .record(
      text.min(1).max(100),
      z.object({ default: optionValue.nullish(), enum: z.array(text).max(1_000).nullish() }),
    )
    .nullish(),
  containerEnv: z
    .record(
      z
        .string()
        .max(200)
        .regex(/^[A-Za-z_]\w*$/),
      line,
    )
    .nullish(),
  dependsOn: usedFeatures,
  installsAfter: names,
  legacyIds: names,
  privileged: z.boolean().nullish(),
  ...lifecycleFields,
});
/** Properties that a sandbox cannot provide, although the programs of the feature may work without them. */
const ignored = ["capAdd", "entrypoint", "init", "mounts", "securityOpt"] as const;

/** See `BaseFiles.parseFeature`. Pure. */
export function parseFeature(content: Buffer, { name, folder }: FeatureRequest): ParsedFeature {
  const fail = (sentence: string) =>
    new AppError("invalid_input", `The devcontainer-feature.json of the feature ${name} ${sentence}`);
  if (content.byteLength > maxBytes) throw fail(`has more than ${maxBytes / 1024} KiB. Make it smaller.`);
  const file = parseCommentedJson(schema.loose(), content.toString("utf8"), fail);
  if (file.privileged === true)
    throw fail(
      "requires privileged mode, which a sandbox does not have. Remove the feature. Projects can allow containers instead.",
    );
  const options = Object.entries(file.options ?? {}).map(([option, { default: one, enum: allowed }]) => [
    option,
    { value: one === undefined || one === null ? null : String(one), allowed: allowed ?? null },
  ]);
  return {
    options: Object.fromEntries(options),
    containerEnv: file.containerEnv ?? {},
    dependsOn: toUsedFeatures(file.dependsOn, folder, fail),
    installsAfter: file.installsAfter ?? [],
    legacyNames: toLegacyNames(name, file.legacyIds ?? []),
    ignored: ignored.filter((property) => isSet(file[property])),
    ...toCommands(file),
  };
}

/** Earlier IDs are names in the same namespace of the registry. */
const toLegacyNames = (name: string, ids: readonly string[]) =>
  ids.map((id) => `${name.slice(0, name.lastIndexOf("/"))}/${id}`);

const isSet = (value: unknown) =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false;
