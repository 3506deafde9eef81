/** A replacement in one file of the product. */
export interface Patch {
  /** Path below the root of the repository. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

/** Replaces the text. Throws if the text does not occur exactly once, because the product has then changed. */
export function applyPatch(content: string, { file, from, to }: Patch): string {
  const count = content.split(from).length - 1;
  if (count !== 1) throw new Error(`The text of a planted bug occurs ${count} times in ${file}: ${from}`);
  return content.replace(from, () => to);
}
