import type { ChangedFile } from "../../../forges/index.ts";
import type { Counts } from "./read-convention.ts";

const docs = /(^|\/)docs?\/|\.(md|mdx|rst|adoc)$|(^|\/)(LICENSE|CHANGELOG|README)[^/]*$/i;
const tests = /(^|\/)(tests?|specs?|__tests__|e2e)\/|[._-](test|spec)\.\w+$/i;
/** Matches CI configuration. Forges read it from a hidden folder named after the forge, or from a hidden file. */
const ci = /(^|\/)(\.[\w-]+\/workflows|\.circleci|\.\w+-ci\.yml)(\/|$)/;
const build =
  /(^|\/)(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|Dockerfile|Makefile|go\.(mod|sum)|Cargo\.(toml|lock)|pom\.xml|build\.gradle(\.kts)?|pyproject\.toml|requirements\.txt)$/;

/** Patterns that match the title of each type of change. The first matching type applies. */
const verbs: readonly (readonly [string, RegExp])[] = [
  ["fix", /^(fix|repair|correct|resolve|mend|prevent|avoid|stop|handle|patch|restore|address)\b/i],
  [
    "refactor",
    /^(refactor|rename|move|extract|simplify|clean|restructure|reorgani[sz]e|inline|split|unify)\b/i,
  ],
  ["perf", /^(speed|optimi[sz]e|cache)\b|\b(faster|performance)\b/i],
  ["docs", /^(document|describe|explain)\b/i],
  ["test", /^(test|cover)\b/i],
  ["chore", /^(bump|upgrade|pin|apply|update (the )?(deps|dependenc))/i],
  [
    "feat",
    /^(add|implement|support|allow|introduce|create|build|make|let|enable|expose|show|provide|write)\b/i,
  ],
];

/** Returns the Conventional Commits type of a change. Pure. */
export function guessCommitType(title: string, files: readonly ChangedFile[]): string {
  const all = (pattern: RegExp) => files.length > 0 && files.every(({ path }) => pattern.test(path));
  if (all(docs)) return "docs";
  if (all(ci)) return "ci";
  if (all(tests)) return "test";
  if (all(build)) return "build";
  const [type] = verbs.find(([, pattern]) => pattern.test(title)) ?? [];
  if (type !== undefined) return type;
  return files.length > 0 && files.every(({ change }) => change === "added") ? "feat" : "chore";
}

/**
 * Returns the name from `names` that matches a folder or file name in the most changed files. Returns null if no name
 * matches at least half of the files. Pure.
 */
export function bestMatchingName(names: Counts, files: readonly ChangedFile[]): string | null {
  let best: { readonly name: string; readonly score: number; readonly uses: number } | null = null;
  for (const [name, uses] of names) {
    const score = files.filter(({ path }) => segmentsOf(path).has(name.toLowerCase())).length;
    if (score === 0 || score * 2 < files.length) continue;
    if (best === null || score > best.score || (score === best.score && uses > best.uses))
      best = { name, score, uses };
  }
  return best?.name ?? null;
}

/**
 * Derives the area of a change from its paths: the last specific folder that all files share, or the name of the only
 * file. Returns null if neither is suitable. Pure.
 */
export function placeByPath(files: readonly ChangedFile[]): string | null {
  const [first, ...others] = files.map(({ path }) => path.split("/").slice(0, -1));
  if (first === undefined) return null;
  let length = first.length;
  for (const folders of others) {
    let common = 0;
    while (common < length && folders[common] === first[common]) common += 1;
    length = common;
  }
  const folder = first.slice(0, length).findLast((name) => !generic.has(name) && plainName.test(name));
  if (folder !== undefined) return folder;
  const stem = files.length === 1 ? stemOf(files[0]!.path.split("/").at(-1)!) : "";
  return plainName.test(stem) ? stem : null;
}

/** Formats up to three paths and the number of other files: "a.ts, b.ts, c.ts and 3 other files". Pure. */
export function listFiles(files: readonly ChangedFile[]): string {
  const shown = files.slice(0, 3).map(({ path }) => path.replaceAll(/[\u0000-\u001f\u007f]/g, "?"));
  const others = files.length - shown.length;
  if (others > 0) return `${shown.join(", ")} and ${others} other ${others === 1 ? "file" : "files"}`;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

const generic: ReadonlySet<string> = new Set([
  "src",
  "lib",
  "packages",
  "apps",
  "test",
  "tests",
  "main",
  "internal",
]);
const plainName = /^[\w@][\w@.+-]{0,40}$/;

function segmentsOf(path: string): ReadonlySet<string> {
  const parts = path.toLowerCase().split("/");
  const folders = parts.slice(0, -1);
  return new Set([
    ...folders,
    ...folders.map((_, index) => folders.slice(0, index + 1).join("/")),
    stemOf(parts.at(-1)!),
  ]);
}

const stemOf = (name: string) => name.replace(/(?<=.)\..*$/, "");
