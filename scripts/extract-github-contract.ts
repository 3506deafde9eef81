/**
 * Extracts the contract for the adapter's tests from GitHub's published descriptions:
 * `node scripts/extract-github-contract.ts`
 *
 * Writes to server/src/forge/github/testing/fixtures the operations and webhooks that the adapter uses, everything that
 * they reference, and example deliveries of all events. Downloads the packages with `npm pack` and extracts only
 * the needed files, because the largest package unpacks to 385 MB.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  contractSources,
  usedEvents,
  usedRoutes,
} from "../server/src/forge/github/testing/contract-sources.ts";

type Json = { [key: string]: unknown };

const fixtures = join(import.meta.dirname, "../server/src/forge/github/testing/fixtures");
const maxBuffer = 100_000_000;
const folder = mkdtempSync(join(tmpdir(), "github-contract-"));
try {
  mkdirSync(fixtures, { recursive: true });
  extractRest();
  extractWebhooks();
  extractExamples();
} finally {
  rmSync(folder, { recursive: true });
}

function extractRest(): void {
  const archive = pack(contractSources.rest);
  const all = read(archive, "package/generated/api.github.com.json") as Json & { paths: Json };
  const paths: { [path: string]: Json } = {};
  const examples: Json = {};
  for (const route of usedRoutes()) {
    const [method = "", path = ""] = route.split(" ");
    const operation = (all.paths[path] as Json | undefined)?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`${route} is not in ${contractSources.rest}`);
    paths[path] = { ...paths[path], [method.toLowerCase()]: withoutProse(operation) };
    const example = exampleOf(all, operation);
    if (example !== undefined) examples[route] = example;
  }
  write("rest", { source: contractSources.rest, document: closed(all, { paths }), examples });
  const license = execFileSync("tar", ["xzOf", archive, "package/LICENSE"], { maxBuffer });
  const intro = [
    "These files are extracted from packages of github.com/octokit by scripts/extract-github-contract.ts:",
    ...Object.values(contractSources).map((source) => `- ${source}`),
  ];
  writeFileSync(join(fixtures, "NOTICE.md"), `${intro.join("\n")}\n\n${license}`);
}

function extractWebhooks(): void {
  const all = read(pack(contractSources.webhooks), "package/generated/api.github.com.json") as Json;
  const events = usedEvents().map((event) => event.replaceAll("_", "-"));
  const webhooks = Object.fromEntries(
    Object.entries(all.webhooks as Json)
      .filter(([name]) => events.includes(eventOf(name)))
      .map(([name, webhook]) => [name, withoutProse(webhook)]),
  );
  write("webhooks", { source: contractSources.webhooks, document: closed(all, { webhooks }) });
}

/**
 * Returns the event that a webhook name belongs to. For example, "pull-request-review-submitted" belongs to
 * "pull-request-review", not to "pull-request".
 */
function eventOf(name: string): string {
  const events = usedEvents().map((event) => event.replaceAll("_", "-"));
  const known = [
    ...events,
    "pull-request-review-thread",
    "repository-advisory",
    "repository-dispatch",
    "repository-import",
    "repository-ruleset",
    "repository-vulnerability-alert",
    "installation-target",
  ];
  return (
    known
      .sort((a, b) => b.length - a.length)
      .find((event) => name === event || name.startsWith(`${event}-`)) ?? name
  );
}

function extractExamples(): void {
  const archive = pack(contractSources.examples);
  const seen = new Map<string, { event: string; payload: unknown }>();
  for (const server of ["api.github.com", "ghes-35"]) {
    const events = read(archive, `package/${server}/index.json`) as { name: string; examples: unknown[] }[];
    for (const { name, examples } of events) {
      for (const payload of examples)
        seen.set(`${name} ${JSON.stringify(payload)}`, { event: name, payload });
    }
  }
  write("webhook-examples", { source: contractSources.examples, examples: [...seen.values()] });
}

/** Returns a document that contains these parts and every component that they reference, directly or indirectly. */
function closed(all: Json, parts: Json): Json {
  const components: { [kind: string]: Json } = {};
  const todo = [...refsOf(parts)];
  for (let ref = todo.pop(); ref !== undefined; ref = todo.pop()) {
    const [, , kind = "", name = ""] = ref.split("/");
    if (components[kind]?.[name] !== undefined) continue;
    const component = withoutProse(((all.components as Json)[kind] as Json)[name]);
    components[kind] = { ...components[kind], [name]: component };
    todo.push(...refsOf(component));
  }
  const { openapi, info } = all;
  return { openapi, info, ...parts, components };
}

function refsOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string" ? [value] : refsOf(value),
  );
}

/**
 * Removes prose, such as descriptions and examples, which accounts for most of the size. Keeps the schemas of
 * properties with these names.
 */
function withoutProse(node: unknown, isPropertyMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutProse(item));
  if (typeof node !== "object" || node === null) return node;
  const prose = ["description", "summary", "example", "examples", "externalDocs", "x-github", "title"];
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => isPropertyMap || !prose.includes(key))
      .map(([key, value]) => [key, withoutProse(value, key === "properties" && !isPropertyMap)]),
  );
}

/** Returns GitHub's example of a successful response to the operation. */
function exampleOf(all: Json, operation: unknown): unknown {
  const { responses } = operation as { responses: { [status: string]: unknown } };
  const status = Object.keys(responses).find((key) => key.startsWith("2"));
  const examples = (responses[status ?? ""] as ExampleAnswer | undefined)?.content?.["application/json"]
    ?.examples;
  const [first] = Object.values(examples ?? {});
  const name = first?.$ref?.split("/").at(-1) ?? "";
  return (
    first?.value ??
    (((all.components as Json).examples as Json)[name] as { value?: unknown } | undefined)?.value
  );
}

interface ExampleAnswer {
  readonly content?: {
    readonly [type: string]: {
      readonly examples?: { readonly [name: string]: { $ref?: string; value?: unknown } };
    };
  };
}

function pack(spec: string): string {
  const output = execFileSync("npm", ["pack", "--silent", spec], { cwd: folder, encoding: "utf8" });
  return join(folder, output.trim().split("\n").at(-1) ?? "");
}

function read(archive: string, file: string): unknown {
  return JSON.parse(execFileSync("tar", ["xzOf", archive, file], { maxBuffer, encoding: "utf8" }));
}

function write(name: string, content: unknown): void {
  const file = join(fixtures, `${name}.json.gz`);
  const bytes = gzipSync(JSON.stringify(content), { level: 9 });
  writeFileSync(file, bytes);
  console.log(`${name}.json.gz: ${bytes.byteLength} bytes`);
}
