import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { smallPng } from "./small-png.ts";

/** Folder of the committed screenshots. The README shows some of them. */
export const KEPT = fileURLToPath(new URL("../../../../../docs/screenshots/", import.meta.url));
/**
 * Allowed color difference of a pixel, from 0 to 1. Machines render the edges of letters with slightly different
 * colors.
 */
const COLOR_LIMIT = 0.2;
/** Maximum share of different pixels. It is smaller than the share of one button. */
const PIXELS_LIMIT = 0.0015;

interface Difference {
  readonly what: string;
  readonly drawn: Buffer | null;
}

/** Returns the difference between `actual` and `kept`, or null if it is not noticeable. */
export function differenceOf(kept: Buffer, actual: Buffer): Difference | null {
  const [before, now] = [PNG.sync.read(kept), PNG.sync.read(actual)];
  const { width, height } = now;
  if (before.width !== width || before.height !== height)
    return { what: `it is ${width}x${height} and was ${before.width}x${before.height}`, drawn: null };
  const drawn = new PNG({ width, height });
  const count = pixelmatch(before.data, now.data, drawn.data, width, height, { threshold: COLOR_LIMIT });
  if (count <= width * height * PIXELS_LIMIT) return null;
  return { what: `${count} of ${width * height} pixels differ`, drawn: PNG.sync.write(drawn) };
}

/**
 * Compares screenshots with the committed ones. Writes those that differ, and the differences, to a temporary folder.
 */
export class Comparison {
  readonly #problems: string[] = [];
  #folder: string | null = null;

  async add(name: string, actual: Buffer): Promise<void> {
    const kept = await readFile(join(KEPT, `${name}.png`)).catch(() => null);
    const difference =
      kept === null
        ? { what: "no screenshot with this name is committed", drawn: null }
        : differenceOf(kept, actual);
    if (difference === null) return;
    this.#problems.push(`${name}: ${difference.what}`);
    this.#folder ??= await mkdtemp(join(tmpdir(), "tembo-screenshots-"));
    await writeFile(join(this.#folder, `${name}.actual.png`), actual);
    if (difference.drawn !== null) await writeFile(join(this.#folder, `${name}.diff.png`), difference.drawn);
  }

  /** The report for the developer, or null if no screenshot differs. */
  get problem(): string | null {
    if (this.#folder === null) return null;
    return [
      ...this.#problems,
      `The new screenshots and the differences are in ${this.#folder}.`,
      "To accept them, run: UPDATE_SCREENSHOTS=1 npm test -- browser --file screenshots",
    ].join("\n");
  }
}

export async function keep(name: string, picture: Buffer): Promise<void> {
  await mkdir(KEPT, { recursive: true });
  await writeFile(join(KEPT, `${name}.png`), smallPng(picture));
}
