import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A plug-in whose names may occur only in its own folder. */
export interface ConfinedPlugIn {
  /** Matches every spelling of the plug-in's names. */
  readonly names: RegExp;
  /** Folder or file that contains the plug-in. */
  readonly place: string;
  /** File that contains the list in which the plug-in is registered. */
  readonly registration: string;
}

/** Files that may name plug-ins, each with the allowed names and the reason. */
export type NamingFiles = Readonly<Record<string, { readonly names: RegExp; readonly reason: string }>>;

const sources = ["server/src", "cli/src", "web/src", "sdk/src", "contract/src"];
const read = /[.](?:ts|tsx|css|json|html|pl|sh)$/;
/** Matches files that are skipped: tests, contract suites, other files that only tests use, and lock files. */
const skipped =
  /[.]test[.]tsx?$|[.]test-support[.]ts$|-fixture[.]ts$|-contract[.]ts$|^server[/]src[/]sandbox[/]contract[/]|(?:^|[/])(?:testing|fixtures|locks)[/]/;

/** Matches these names in the spellings of code and prose: `unsafe-local`, `unsafeLocal`, `UnsafeLocal`, `UNSAFE_LOCAL`. */
export function spellings(...names: readonly string[]): RegExp {
  const all = names.flatMap((name) => {
    const camel = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const pascal = camel.replace(/^\w/, (letter) => letter.toUpperCase());
    return [name, camel, pascal, name.toUpperCase().replaceAll("-", "_")];
  });
  return new RegExp([...new Set(all)].join("|"));
}

/**
 * Returns a line `file:line: name` for each line that names a plug-in outside its folder and its registration, unless `allowed` permits the
 * name in this file. Throws if there are no files.
 */
export function findPlugInNames(
  root: string,
  { plugIns, allowed }: { readonly plugIns: readonly ConfinedPlugIn[]; readonly allowed: NamingFiles },
): readonly string[] {
  const paths = sources.flatMap((source) => filesOf(root, source));
  if (paths.length === 0) throw new Error(`No source file found in ${root}.`);
  return paths.flatMap((path) => {
    const lines = readFileSync(join(root, path), "utf8").split("\n");
    return plugIns
      .filter(({ place }) => path !== place && !path.startsWith(`${place}/`))
      .flatMap((plugIn) => findIn(lines, { path, plugIn, allowed: allowed[path]?.names ?? null }));
  });
}

/** Returns the files that may name plug-ins but do not name any. */
export function findIdleAllowances(
  root: string,
  { plugIns, allowed }: { readonly plugIns: readonly ConfinedPlugIn[]; readonly allowed: NamingFiles },
): readonly string[] {
  const needed = new Set(findPlugInNames(root, { plugIns, allowed: {} }).map((line) => line.split(":")[0]));
  return Object.keys(allowed).filter((path) => !needed.has(path));
}

function filesOf(root: string, source: string): string[] {
  try {
    return readdirSync(join(root, source), { recursive: true, encoding: "utf8" })
      .map((path) => `${source}/${path}`)
      .filter((path) => read.test(path) && !skipped.test(path))
      .sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
}

function findIn(
  lines: readonly string[],
  { path, plugIn, allowed }: { path: string; plugIn: ConfinedPlugIn; allowed: RegExp | null },
): string[] {
  let listed = 0;
  return lines.flatMap((line, index) => {
    const [name] = plugIn.names.exec(line) ?? [];
    if (name === undefined || allowed?.test(name)) return [];
    // Skips the import and the list entry of the plug-in in the registration file.
    if (path === plugIn.registration && (line.startsWith("import ") || ++listed === 1)) return [];
    return [`${path}:${index + 1}: ${name}`];
  });
}
