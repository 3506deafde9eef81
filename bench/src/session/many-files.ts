const FILES = 300;

/** Returns the files of a benchmark repository, by path. */
export function manyFiles(): Record<string, string> {
  const text = "A line of a file that a person might have written.\n".repeat(40);
  return Object.fromEntries(
    Array.from({ length: FILES }, (_value, index) => [
      `src/part-${index % 20}/file-${index}.txt`,
      `${index}\n${text}`,
    ]),
  );
}
