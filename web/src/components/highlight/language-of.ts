/** Files that have no ending which says it. */
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

/** The language that a file's name speaks of; null when it says none. Pure. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  return byName.get(name) ?? (dot > 0 ? name.slice(dot + 1) : null);
}
