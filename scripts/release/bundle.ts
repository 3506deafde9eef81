import { mkdirSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/**
 * Bundles the module `entry` and the workspaces' modules that it imports, and writes them next to the place that the entry has below `folder`. A
 * module that is only imported dynamically stays in a file of its own. Packages stay outside. Returns the names of those that are imported.
 */
export async function bundle(root: string, entry: string, folder: string): Promise<ReadonlySet<string>> {
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
    sourcemap: "hidden",
    sourcemapPathTransform: (source, map) =>
      relative(join(root, dirname(entry)), resolve(dirname(map), source)),
  });
  await bundled.close();
  const chunks = output.filter((file) => file.type === "chunk");
  mkdirSync(target, { recursive: true });
  for (const { fileName, code, map } of chunks) {
    writeFileSync(join(target, fileName), escapeText(code));
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
      if (!id.startsWith(`${root}/`)) return null;
      const place = JSON.stringify(relative(target, id).replace(/\.ts$/, ".js"));
      const changed = code
        .replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`)
        .replaceAll(/\bimport\((\w+)\)/g, (_text, name) => `import(${constantNamed(name, code, id)})`);
      if (/import\.meta\.(?!url\b)/.test(changed))
        throw new Error(`${id} uses a property of import.meta that a bundle changes. Use import.meta.url.`);
      return changed === code ? null : { code: changed, map: sameLines };
    },
  };
}

/** The command imports the server with a constant, so that the compiler does not load the server's types. */
function constantNamed(name: string, code: string, file: string): string {
  const [, value] = new RegExp(`^const ${name}(?:: string)? = ("[^"]+");$`, "m").exec(code) ?? [];
  if (value === undefined)
    throw new Error(`${file} imports a module whose name is neither a literal nor a constant.`);
  return value;
}

/** Writes characters outside of ASCII as escapes. A single one outside of Latin-1 doubles the memory that V8 needs for the text of a file. */
function escapeText(code: string): string {
  return code.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
