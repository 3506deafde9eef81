import { readFileSync } from "node:fs";

export interface Example {
  /** The heading that it stands below. */
  readonly title: string;
  readonly language: "ts" | "js";
  readonly code: string;
}

/** The programs of a text, each with the heading above it. */
export function examplesOf(markdown: string): Example[] {
  let title = "";
  const parts = markdown.matchAll(/^## ([^\n]*)$|^```(ts|js)\n(.*?)^```/gms);
  return [...parts].flatMap(([, heading, language, code]) => {
    if (heading !== undefined) title = heading;
    return code === undefined ? [] : [{ title, language: language as Example["language"], code }];
  });
}

/** Those of the SDK's README, with file names by which Node knows what they are. */
export function readmeExamples(): (Example & { readonly file: string })[] {
  const readme = readFileSync(new URL("../../../sdk/README.md", import.meta.url), "utf8");
  return examplesOf(readme).map((example, index) => ({
    ...example,
    file: `example-${index + 1}.${example.language === "ts" ? "mts" : "cjs"}`,
  }));
}
