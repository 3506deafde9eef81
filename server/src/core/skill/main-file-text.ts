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
  const top = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? "";
  const line = /^(?:keywords|tags):[ \t]*\[?(.*?)\]?[ \t]*$/m.exec(top)?.[1] ?? "";
  return line
    .split(",")
    .map((word) => word.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((word) => word !== "" && word.length <= 100)
    .slice(0, MAX_KEYWORDS);
}
