import { mkdirSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { parseSync, Visitor } from "rolldown/utils";

export interface Bundled {
  /** Root of the repository. */
  readonly root: string;
  /** Path of the module in the repository. */
  readonly entry: string;
  /** Folder of the package, in which the bundle has the path of the entry. */
  readonly folder: string;
  /** True for a program that names its sources with `nameSources`. */
  readonly namesSources: boolean;
}

/**
 * Bundles the module `entry` and the workspaces' modules that it imports. A module that is only imported dynamically
 * stays in a file of its own. Packages stay outside. Returns the names of those that are imported.
 */
export async function bundle({ root, entry, folder, namesSources }: Bundled): Promise<ReadonlySet<string>> {
  const target = dirname(join(folder, entry));
  const bundled = await rolldown({
    input: join(root, entry),
    platform: "node",
    external: (name) => !isOwn(name),
    plugins: [nameModules(root, join(root, dirname(entry)))],
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const { output } = await bundled.generate({
    dir: target,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    // Comments use memory, because Node keeps the text of each module.
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: namesSources && "hidden",
    sourcemapPathTransform: (source, map) =>
      relative(join(root, dirname(entry)), resolve(dirname(map), source)),
  });
  await bundled.close();
  const chunks = output.filter((file) => file.type === "chunk");
  mkdirSync(target, { recursive: true });
  for (const { fileName, code, map } of chunks) {
    writeFileSync(join(target, fileName), escapeText(fileName, code));
    if (map !== null)
      writeFileSync(join(target, `${fileName}.lines`), describeLines(code, JSON.parse(map.toString())));
  }
  const names = new Set(chunks.map(({ fileName }) => fileName));
  return new Set(
    chunks
      .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
      .filter((name) => !names.has(name) && !name.startsWith("node:"))
      .map(packageOf),
  );
}

/**
 * Returns the source file and the line of each line of the code, for `nameSources` of the command: two numbers of 16 bits for each line, which are
 * the index of the source and the line there. A source map would need thirty times the memory.
 */
function describeLines(code: string, map: SourceMapPayload): string {
  const sourceMap = new SourceMap(map);
  const lines = code.split("\n").map((line, index) => {
    const found = sourceMap.findEntry(index, line.length - line.trimStart().length);
    return "originalSource" in found
      ? [map.sources.indexOf(found.originalSource) + 1, found.originalLine + 1]
      : [0, 0];
  });
  const bytes = Buffer.alloc(lines.length * 4);
  for (const [index, value] of lines.flat().entries()) bytes.writeUInt16LE(value, index * 2);
  return JSON.stringify({ sources: ["", ...map.sources], lines: bytes.toString("base64") });
}

/** Source map of a change that moves no code to another line. */
const sameLines = null;

/** Returns true for a path and for the name of a workspace. Names of rolldown's own modules start with a null character. */
function isOwn(name: string): boolean {
  return /^[./\0]/.test(name) || /^@tembo(?:-io)?\//.test(name);
}

/** Keeps the meaning of import.meta.url, with which modules find the files beside them, and resolves names of modules in constants. */
function nameModules(root: string, target: string): Plugin {
  return {
    name: "name-modules",
    transform(code, id) {
      if (!id.startsWith(`${root}/`) || id.endsWith(".json")) return null;
      const place = JSON.stringify(relative(target, id).replace(/\.ts$/, ".js"));
      const { importMetas, dynamicImports } = parseSync(id, code).module;
      const addresses = importMetas.map(({ start, end }) => {
        const [name] = /^\.url\b/.exec(code.slice(end)) ?? [];
        if (name === undefined)
          throw new Error(`${id} uses a property of import.meta that a bundle changes. Use import.meta.url.`);
        return { start, end: end + name.length, text: `new URL(${place}, import.meta.url).href` };
      });
      const names = dynamicImports.map(({ moduleRequest: { start, end } }) => {
        return { start, end, text: nameOf(code.slice(start, end), code, id) };
      });
      const edits = [...addresses, ...names];
      return edits.length === 0 ? null : { code: applyEdits(code, edits), map: sameLines };
    },
  };
}

/**
 * Returns the literal with the name of a module that is imported dynamically. The command imports the server with a
 * constant, so that the compiler does not load the server's types.
 */
function nameOf(expression: string, code: string, file: string): string {
  if (/^"[^"\\]*"$/.test(expression)) return expression;
  const name = /^\w+$/.test(expression) ? expression : "";
  const [, value] = new RegExp(`^const ${name}(?:: string)? = ("[^"\\\\]+");$`, "m").exec(code) ?? [];
  if (value === undefined)
    throw new Error(`${file} imports a module whose name is neither a literal nor a constant.`);
  return value;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  const last = edits.toSorted((a, b) => b.start - a.start);
  return last.reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), code);
}

/**
 * Writes characters outside of ASCII as escapes. A single one outside of Latin-1 doubles the memory that V8 needs for
 * the text of a file. Throws where an escape has another meaning.
 */
function escapeText(file: string, code: string): string {
  const changed = [...rawTemplates(file, code), ...escapedCharacters(code)].find((text) => wide.test(text));
  if (changed !== undefined)
    throw new Error(`${file} has a character outside of ASCII that no escape can replace: ${changed}`);
  return code.replaceAll(
    new RegExp(wide, "g"),
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const wide = /[\u0080-\uffff]/;

/** Returns the texts of templates whose tag also receives the text with its backslashes, as String.raw does. */
function rawTemplates(file: string, code: string): string[] {
  const texts: string[] = [];
  const visitor = new Visitor({
    TaggedTemplateExpression: ({ quasi }) => void texts.push(...quasi.quasis.map(({ value }) => value.raw)),
  });
  visitor.visit(parseSync(file, code).program);
  return texts;
}

/** Returns each backslash that starts an escape, with the character after it. */
function escapedCharacters(code: string): string[] {
  return code.match(/\\./gs) ?? [];
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
