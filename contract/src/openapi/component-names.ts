import { openApiDocument } from "./document.ts";

/** List of the components' names. It is committed, because generated clients have types with these names, and a review must see a rename. */
export const componentNamesFile = new URL("component-names.txt", import.meta.url);

/** Returns the text of the file. */
export function componentNames(): string {
  const { schemas } = openApiDocument("0.0.0").components;
  return `${Object.keys(schemas).sort().join("\n")}\n`;
}
