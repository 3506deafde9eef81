import type { RepositoryRules } from "./decide-rules.ts";

/**
 * Composes the information that a harness needs before a conversation's first message. Each part is enclosed in tags
 * that its own text cannot close. Returns null if there are no parts. Pure.
 */
export function guidanceText({
  instructions,
  rules,
}: {
  /** The organization's instructions, or null if there are none or the harness receives them in another way. */
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

/** Escapes the tags of the parts within a string, so that the text cannot close its own part. */
function enclosed(text: string): string {
  return text.replaceAll(/<(?=\/?(?:organization-instructions|repository-rules)\b)/gi, "&lt;");
}
