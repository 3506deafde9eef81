import type { Skill } from "./skill.ts";

/**
 * The text of a skill's `SKILL.md` as harnesses need it: with name and description on top, added where the file does not begin with
 * such a part of its own. Pure.
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

/** The `keywords` (or `tags`) that a `SKILL.md` names on one line of its top: `[a, b]` or `a, b`. Pure. */
export function keywordsOf(text: string): string[] {
  const line = /^(?:keywords|tags):[ \t]*\[?(.*?)\]?[ \t]*$/m.exec(topOf(text))?.[1] ?? "";
  return line
    .split(",")
    .map((word) => unquoted(word.trim()))
    .filter((word) => word !== "" && word.length <= 100)
    .slice(0, MAX_KEYWORDS);
}

/** As long as the Agent Skills specification lets it be (agentskills.io/specification). */
const MAX_DESCRIPTION_LENGTH = 1_024;

/** The `description` on top of a `SKILL.md`, on its line or as a block of indented ones, in one line; empty without one. Pure. */
export function descriptionOf(text: string): string {
  const found = /^description:[ \t]*(.*(?:\r?\n(?:[ \t].*)?)*)/m.exec(topOf(text))?.[1] ?? "";
  const words = found
    .replace(/^[>|][+-]?[ \t]*(?=\r?\n)/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return unquoted(words).slice(0, MAX_DESCRIPTION_LENGTH);
}

const topOf = (text: string) => /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? "";

const unquoted = (word: string) => word.replace(/^(["'])(.*)\1$/, "$2");
