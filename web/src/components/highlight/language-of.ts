/** Languages of files whose name has no extension. */
const byName: ReadonlyMap<string, string> = new Map(
  Object.entries({
    dockerfile: "dockerfile",
    containerfile: "dockerfile",
    makefile: "makefile",
    gemfile: "ruby",
    rakefile: "ruby",
    ".bashrc": "bash",
    ".gitconfig": "ini",
    ".editorconfig": "ini",
  }),
);

/**
 * Returns the language for a file name, or null if the name is unknown and has no extension. An extension is its own
 * language. Pure.
 */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  return byName.get(name) ?? (dot > 0 ? name.slice(dot + 1) : null);
}
