import type { DiffFile } from "../../../components/diff/parse-patch.ts";
import { factsOf, type TourFacts } from "./facts-of.ts";
import { groupByFolder, type PlacedFile } from "./group-by-folder.ts";
import { type FileKind, kindOf, kinds } from "./kind-of-file.ts";
import { orderByUse } from "./order-by-use.ts";

export interface TourSection {
  /** Identifier of the section in the URL. It remains the same while the grouping is the same. */
  readonly key: string;
  readonly kind: FileKind;
  /** Common folder of source files, "" for the root, or null for the group of remaining files and for other kinds. */
  readonly folder: string | null;
  readonly files: readonly DiffFile[];
  readonly facts: TourFacts;
}

const MOST_SOURCE_SECTIONS = 6;

/**
 * Splits a change into sections in reading order: code that other files depend on comes first, and generated files come
 * last. Pure.
 */
export function planTour(files: readonly DiffFile[]): readonly TourSection[] {
  const byKind = Map.groupBy(files, ({ path }) => kindOf(path));
  const { placed, apart } = placeTests(byKind.get("source") ?? [], byKind.get("test") ?? []);
  const groups = orderByUse(groupByFolder(placed, MOST_SOURCE_SECTIONS));
  return kinds.flatMap((kind) => {
    if (kind === "source") {
      return groups.map(({ folder, files: own }) =>
        section(folder === null ? "rest" : `source:${folder}`, { kind, folder, files: own }),
      );
    }
    const own = kind === "test" ? apart : (byKind.get(kind) ?? []);
    return own.length === 0 ? [] : [section(kind, { kind, folder: null, files: own })];
  });
}

const section = (key: string, one: Pick<TourSection, "kind" | "folder" | "files">): TourSection => ({
  ...one,
  key,
  facts: factsOf(one.files),
});

/** Assigns each test to its source: the file with the same name in the same folder, or the only file with that name. */
function placeTests(sources: readonly DiffFile[], tests: readonly DiffFile[]) {
  const placed: PlacedFile[] = sources.map((file) => ({ file, folder: folderOf(file.path) }));
  const byStem = Map.groupBy(placed, ({ file }) => stemOf(file.path));
  const apart: DiffFile[] = [];
  const beside: PlacedFile[] = [];
  for (const file of tests) {
    const alike = byStem.get(stemOf(file.path)) ?? [];
    const folder = folderOf(file.path);
    const subject = alike.find((one) => one.folder === folder) ?? (alike.length === 1 ? alike[0] : undefined);
    if (subject === undefined) apart.push(file);
    else beside.push({ file, folder: subject.folder });
  }
  return { placed: inReadingOrder([...placed, ...beside]), apart };
}

/** Sorts by folder and name, so that a source file, its styles and its test are adjacent. */
function inReadingOrder(files: readonly PlacedFile[]): readonly PlacedFile[] {
  const named = files.map((one) => ({
    one,
    name: [one.folder, stemOf(one.file.path), kindOf(one.file.path) === "test" ? 1 : 0, one.file.path].join(
      "\0",
    ),
  }));
  return named.toSorted((first, second) => (first.name < second.name ? -1 : 1)).map(({ one }) => one);
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const [stem = name] = name.split(".").filter((part) => part !== "");
  return stem.replace(/^test_|[_-](?:test|tests|spec)$/, "").toLowerCase();
}
