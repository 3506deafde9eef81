import type { Skill } from "./skill.ts";

/**
 * Returns the text of a skill's `SKILL.md` with front matter that contains the name and description, which harnesses
 * require. Adds the front matter only if the file does not begin with its own. Pure.
 */
export function mainFileText(
  { name, description }: Pick<Skill, "name" | "description">,
  text: string,
): string {
  if (/^\uFEFF?---\r?\n/.test(text)) return text;
  const lines = ["---", `name: ${name}`, `description: ${JSON.stringify(description)}`, "---"];
  return `${lines.join("\n")}\n\n${text}`;
}

const MAX_KEYWORDS = 20;

/**
 * Returns the first 20 `keywords` (or `tags`) in the front matter of a `SKILL.md`, without those longer than 100
 * characters. They must be on one line: `[a, b]` or `a, b`. Pure.
 */
export function keywordsOf(text: string): string[] {
  const line = /^(?:keywords|tags):[ \t]*\[?(.*?)\]?[ \t]*$/m.exec(frontMatter(text))?.[1] ?? "";
  return line
    .split(",")
    .map((word) => unquoted(word.trim()))
    .filter((word) => word !== "" && word.length <= 100)
    .slice(0, MAX_KEYWORDS);
}

/** Maximum length of a description in the Agent Skills specification (agentskills.io/specification). */
const MAX_DESCRIPTION_LENGTH = 1_024;

/**
 * Returns the `description` in the front matter of a `SKILL.md`, as one line. Accepts a value on the same line or an
 * indented block. Truncates it to 1,024 characters. Returns an empty string if there is none. Pure.
 */
export function descriptionOf(text: string): string {
  const found = /^description:[ \t]*(.*(?:\r?\n(?:[ \t].*)?)*)/m.exec(frontMatter(text))?.[1] ?? "";
  const words = found
    .replace(/^[>|][+-]?[ \t]*(?=\r?\n)/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return unquoted(words).slice(0, MAX_DESCRIPTION_LENGTH);
}

const frontMatter = (text: string) => /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? "";

const unquoted = (word: string) => word.replace(/^(["'])(.*)\1$/, "$2");
