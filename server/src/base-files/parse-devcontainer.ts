import { posix } from "node:path";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { z } from "zod";
import { AppError } from "../core/base/index.ts";
import type { Devcontainer } from "../core/turns/index.ts";

const text = z.string().max(10_000);
const command = z.union([text, z.array(text).max(1_000)]);
const lifecycle = z.union([command, z.record(text, command)]).nullish();
const variables = z.record(z.string().regex(/^[A-Za-z_]\w*$/), text.nullable()).nullish();
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
      args: z.record(z.string().max(200), scalar).nullish(),
    })
    .nullish(),
  dockerComposeFile: z.unknown().optional(),
  features: z.record(text, z.unknown()).nullish(),
  containerEnv: variables,
  remoteEnv: variables,
  containerUser: text.nullish(),
  remoteUser: text.nullish(),
  onCreateCommand: lifecycle,
  updateContentCommand: lifecycle,
  postCreateCommand: lifecycle,
  postStartCommand: lifecycle,
  forwardPorts: z
    .array(z.union([z.number(), text]))
    .max(100)
    .nullish(),
});

/** See `BaseFiles.parseDevcontainer`. Pure. */
export function parseDevcontainer(content: string, path: string): Devcontainer {
  const fail = (sentence: string) => new AppError("invalid_input", `${path} ${sentence}`);
  const errors: ParseError[] = [];
  const value = parseNested(content, errors, fail);
  const [error] = errors;
  if (error !== undefined) {
    const line = content.slice(0, error.offset).split("\n").length;
    throw fail(
      `is not valid JSON with comments (${printParseErrorCode(error.error)} on line ${line}). Correct the file and push it.`,
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fail(`has a value that is not valid at "${issue!.path.join(".")}": ${issue!.message}.`);
  }
  const file = parsed.data;
  if (file.dockerComposeFile !== undefined && file.dockerComposeFile !== null)
    throw fail(
      'uses "dockerComposeFile", which is not supported. Use "image" or "build", and start other containers as services of the project.',
    );
  const features = Object.keys(file.features ?? {});
  if (features.length > 0)
    throw fail(
      `uses features, which are not supported: ${features.join(", ")}. Install them in a Dockerfile or in the project's setup script.`,
    );
  const user = file.remoteUser ?? file.containerUser ?? null;
  return {
    system: systemOf(file, path, fail),
    containerEnv: file.containerEnv ?? {},
    remoteEnv: file.remoteEnv ?? {},
    user: user === "root" || user === "0" ? "root" : null,
    setup: (["onCreateCommand", "updateContentCommand", "postCreateCommand"] as const).flatMap((name) => {
      const wanted = file[name] ?? null;
      return wanted === null ? [] : [{ name, command: wanted }];
    }),
    start: file.postStartCommand ?? null,
    ports: file.forwardPorts ?? [],
  };
}

/** The parser calls itself for each object and array in another one. */
function parseNested(content: string, errors: ParseError[], fail: (sentence: string) => AppError): unknown {
  try {
    return parse(content, errors, { allowTrailingComma: true, allowEmptyContent: false });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail("contains too many objects and arrays in each other. Correct the file and push it.");
  }
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
    const isInside =
      joined !== ".." && !joined.startsWith("../") && !posix.isAbsolute(name) && !name.includes("\0");
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
