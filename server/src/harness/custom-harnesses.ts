import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { AppError, reason, withReason } from "../core/base/index.ts";
import type { LaunchSpec } from "./launch-spec.ts";
import { programSpec } from "./specs/program.ts";

const maxBytes = 256 * 1024;
const text = z.string().min(1).max(4_000);
const path = text.refine((value) => isAbsolute(value), "use an absolute path");

const entry = z.strictObject({
  displayName: text.max(100).optional(),
  argv: z.tuple([text], text),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(16_000)).optional(),
  models: z.array(text.max(200)).min(1).max(100).optional(),
  defaultModel: text.max(200).optional(),
  modelFamily: z.enum(["anthropic", "openai", "gemini"]).optional(),
  readOnlyPaths: z.array(path).max(50).optional(),
});
const file = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,49}$/), entry);

/**
 * Returns the product's harnesses and those in `harnesses.json` in the data folder. The file can list any agents that implement ACP. It can also
 * replace the command of a product harness that is a program on this machine. Throws `invalid_input` if the file cannot be read or is not valid.
 */
export function withCustomHarnesses(specs: readonly LaunchSpec[], dataDir: string): readonly LaunchSpec[] {
  const path = join(dataDir, "harnesses.json");
  const found = readFile(path);
  if (found === null) return specs;
  const custom = Object.entries(found).map(([name, given]) => specOf(path, { name, given, specs }));
  const names = new Set(custom.map(({ name }) => name));
  return [...specs.filter(({ name }) => !names.has(name)), ...custom];
}

function specOf(
  path: string,
  {
    name,
    given,
    specs,
  }: {
    readonly name: string;
    readonly given: z.infer<typeof entry>;
    readonly specs: readonly LaunchSpec[];
  },
): LaunchSpec {
  const own = specs.find((spec) => spec.name === name);
  if (own?.source.type === "npm") {
    throw wrong(path, `"${name}" is a built-in harness; choose another name`);
  }
  const defaultModel = given.defaultModel ?? given.models?.[0] ?? own?.defaultModel;
  if (defaultModel === undefined) throw wrong(path, `"${name}" requires "defaultModel" or "models"`);
  const [program] = given.argv;
  if (program.includes("/") && !isAbsolute(program)) {
    throw wrong(
      path,
      `the program of "${name}" is ${JSON.stringify(program)}; use an absolute path or a name`,
    );
  }
  return programSpec({
    name,
    displayName: given.displayName ?? own?.displayName ?? name,
    modelFamily: given.modelFamily ?? own?.modelFamily ?? "openai",
    defaultModel,
    argv: given.argv,
    ...(given.env && { env: given.env }),
    ...(given.readOnlyPaths && { readOnlyPaths: given.readOnlyPaths }),
    ...(own?.source.type === "program" && { ways: own.source.ways }),
    fix: `Install it, or change its "argv" in ${path}`,
  });
}

function readFile(path: string): z.infer<typeof file> | null {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw wrong(path, `it cannot be read (${reason(cause)})`, cause);
  }
  if (content.length > maxBytes) throw wrong(path, `it is longer than ${maxBytes} characters`);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw wrong(path, `it is not JSON (${reason(cause)})`, cause);
  }
  const parsed = file.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(path, `${issue?.path.join(".") || "it"}: ${issue?.message}`);
}

function wrong(path: string, why: string, cause?: unknown): AppError {
  return new AppError("invalid_input", withReason(`Invalid harnesses in ${path}`, why), { cause });
}
