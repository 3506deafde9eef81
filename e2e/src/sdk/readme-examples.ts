import { readFileSync } from "node:fs";

export interface Example {
  /** Heading above the example. */
  readonly title: string;
  readonly language: "ts" | "js";
  readonly code: string;
}

/** Returns the programs in a text, each with its heading. */
export function examplesOf(markdown: string): Example[] {
  let title = "";
  const parts = markdown.matchAll(/^## ([^\n]*)$|^```(ts|js)\n(.*?)^```/gms);
  return [...parts].flatMap(([, heading, language, code]) => {
    if (heading !== undefined) title = heading;
    return code === undefined ? [] : [{ title, language: language as Example["language"], code }];
  });
}

/** Returns the examples in the SDK's README. Their file names determine the module type in Node. */
export function readmeExamples(): (Example & { readonly file: string })[] {
  const readme = readFileSync(new URL("../../../sdk/README.md", import.meta.url), "utf8");
  return examplesOf(readme).map((example, index) => ({
    ...example,
    file: `example-${index + 1}.${example.language === "ts" ? "mts" : "cjs"}`,
  }));
}
