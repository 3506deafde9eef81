import { posix } from "node:path";
import { z } from "zod";
import { AppError } from "../core/base/index.ts";
import type { Devcontainer } from "../core/turns/index.ts";
import { lifecycleFields, parseCommentedJson, text, toCommands } from "./devcontainer-schemas.ts";
import { toUsedFeatures, usedFeatures } from "./used-features.ts";

const variables = z.record(z.string().regex(/^[A-Za-z_]\w*$/), text.nullable()).nullish();
const port = z.int().min(1).max(65_535);
const scalar = z.union([text, z.number(), z.boolean()]);

const schema = z.object({
  image: text.nullish(),
  dockerFile: text.nullish(),
  context: text.nullish(),
  build: z
    .object({
      dockerfile: text.nullish(),
      context: text.nullish(),
      target: text.nullish(),
      args: z.record(text.max(200), scalar).nullish(),
    })
    .nullish(),
  dockerComposeFile: z.unknown().optional(),
  features: usedFeatures,
  overrideFeatureInstallOrder: z.array(text.max(300)).max(100).nullish(),
  containerEnv: variables,
  remoteEnv: variables,
  containerUser: text.nullish(),
  remoteUser: text.nullish(),
  ...lifecycleFields,
  forwardPorts: z
    .array(z.union([port, text]))
    .max(100)
    .nullish(),
});

/** See `BaseFiles.parseDevcontainer`. Pure. */
export function parseDevcontainer(content: string, path: string): Devcontainer {
  const fail = (sentence: string) => new AppError("invalid_input", `${path} ${sentence}`);
  const file = parseCommentedJson(schema, content, fail);
  if (file.dockerComposeFile !== undefined && file.dockerComposeFile !== null)
    throw fail(
      'uses "dockerComposeFile", which is not supported. Use "image" or "build", and start other containers as services of the project.',
    );
  const [containerUser, remoteUser] = [file.containerUser ?? null, file.remoteUser ?? null];
  const user = remoteUser ?? containerUser;
  return {
    system: systemOf(file, path, fail),
    containerEnv: file.containerEnv ?? {},
    remoteEnv: file.remoteEnv ?? {},
    user: user === "root" || user === "0" ? "root" : null,
    ...toCommands(file),
    ports: (file.forwardPorts ?? []).map(toPort),
    features: toUsedFeatures(file.features, posix.dirname(path), fail),
    installOrder: file.overrideFeatureInstallOrder ?? [],
    users: { containerUser, remoteUser },
  };
}

/** Returns the number of a port of the container itself. Other entries name another container, and remain as they are. */
function toPort(entry: number | string): number | string {
  const [, digits] = /^(?:localhost:|127\.0\.0\.1:)?(\d{1,5})$/.exec(String(entry)) ?? [];
  const parsed = port.safeParse(Number(digits));
  return parsed.success ? parsed.data : entry;
}

function systemOf(
  file: z.infer<typeof schema>,
  path: string,
  fail: (sentence: string) => AppError,
): Devcontainer["system"] {
  const dockerfile = file.build?.dockerfile ?? file.dockerFile ?? null;
  if (dockerfile === null) {
    if (file.image) return { kind: "image", reference: file.image };
    throw fail('names no system. Add "image" or "build.dockerfile".');
  }
  const folder = posix.dirname(path);
  const inside = (name: string, field: string) => {
    const joined = posix.join(folder, name);
    const isInside = joined !== ".." && !joined.startsWith("../") && !posix.isAbsolute(name);
    if (isInside) return joined.replace(/\/$/, "");
    throw fail(
      `names a path outside the repository in "${field}": ${JSON.stringify(name)}. Use a path inside.`,
    );
  };
  const context = inside(file.build?.context ?? file.context ?? ".", "build.context");
  return {
    kind: "dockerfile",
    path: inside(dockerfile, "build.dockerfile"),
    contextPath: context === "." ? "" : context,
    target: file.build?.target ?? null,
    args: Object.fromEntries(
      Object.entries(file.build?.args ?? {}).map(([name, value]) => [name, String(value)]),
    ),
  };
}
