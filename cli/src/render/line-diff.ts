/** A line of a diff: unchanged, added, removed or a marker for omitted unchanged lines. */
export interface DiffLine {
  readonly mark: " " | "+" | "-" | "…";
  readonly text: string;
}

const context = 2;
/** Maximum number of line comparisons. Longer changed parts are shown as fully removed and fully added. */
const maxComparisons = 1_000_000;

/** Returns the line diff of two texts with a few lines of context. `before` is null if the file did not exist. */
export function lineDiff(before: string | null, after: string): DiffLine[] {
  const old = linesOf(before ?? "");
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let tail = 0;
  while (
    tail < old.length - start &&
    tail < now.length - start &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail++;
  const changed = middle(old.slice(start, old.length - tail), now.slice(start, now.length - tail));
  return shortened([...old.slice(0, start).map(same), ...changed, ...old.slice(old.length - tail).map(same)]);
}

const same = (text: string): DiffLine => ({ mark: " ", text });
const gone = (text: string): DiffLine => ({ mark: "-", text });
const come = (text: string): DiffLine => ({ mark: "+", text });

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** Compares the changed middle parts by their longest common subsequence. */
function middle(old: readonly string[], now: readonly string[]): DiffLine[] {
  if (old.length * now.length > maxComparisons) return [...old.map(gone), ...now.map(come)];
  const width = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      longest[i * width + j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const [before, after] = [old[i], now[j]];
    if (before !== undefined && before === after) {
      found.push(same(before));
      i++;
      j++;
    } else if (before !== undefined && (after === undefined || at(i + 1, j) >= at(i, j + 1))) {
      found.push(gone(before));
      i++;
    } else {
      found.push(come(after ?? ""));
      j++;
    }
  }
  return found;
}

/** Omits unchanged lines that are not close to a change. */
function shortened(all: readonly DiffLine[]): DiffLine[] {
  const isNear = new Uint8Array(all.length);
  all.forEach(({ mark }, index) => {
    if (mark !== " ") isNear.fill(1, Math.max(0, index - context), index + context + 1);
  });
  return all.flatMap((line, index): DiffLine[] => {
    if (isNear[index]) return [line];
    return isNear[index - 1] && isNear.includes(1, index) ? [{ mark: "…", text: "" }] : [];
  });
}
