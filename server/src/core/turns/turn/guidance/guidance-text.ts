import type { RepositoryRules } from "./decide-rules.ts";

/**
 * Composes what a harness must know before a conversation's first message, in marked parts that their own text cannot
 * close. Returns null if there is nothing to include. Pure.
 */
export function guidanceText({
  instructions,
  rules,
}: {
  /** The organization's instructions, for a harness that has no other way to receive them. */
  readonly instructions: string | null;
  readonly rules: readonly RepositoryRules[];
}): string | null {
  const parts = [
    ...(instructions === null
      ? []
      : [
          "Your organization's instructions:",
          `<organization-instructions>\n${enclosed(instructions)}\n</organization-instructions>`,
        ]),
    ...(rules.length === 0
      ? []
      : [
          "These rules come from the repositories of the workspace. Follow each one for work in its repository, unless the message says otherwise.",
          ...rules.map(
            ({ directory, file, text }) =>
              `<repository-rules repository="${directory}" file="${file}">\n${enclosed(text)}\n</repository-rules>`,
          ),
        ]),
  ];
  return parts.length === 0 ? null : parts.join("\n\n");
}

/** Escapes the marks. Otherwise a text that contains its closing mark would continue outside of it. */
function enclosed(text: string): string {
  return text.replaceAll(/<(?=\/?(?:organization-instructions|repository-rules)\b)/gi, "&lt;");
}
