import type { ReachRules } from "./reach-rules.ts";
import { plainName } from "./walk-fields.ts";

/** Tools that the client runs. All other tools run at the provider: search, maps, URLs in the prompt, code, files. */
const ownTools = new Set(["functiondeclarations", "computeruse"]);

/** Rules for generateContent, whose fields are documented at https://ai.google.dev/api/generate-content */
export const geminiReach: ReachRules = {
  tool(tool) {
    if (typeof tool !== "object" || tool === null) return "a tool that is not an object";
    const other = Object.entries(tool).find(
      ([name, value]) => value !== null && !ownTools.has(plainName(name)),
    );
    return other === undefined ? null : `the tool ${other[0]}`;
  },
  field(name) {
    if (name === "filedata" || name === "fileuri") return "a file by its URL";
    return name === "cachedcontent" ? "the field cachedContent, which belongs to the account" : null;
  },
  model: () => null,
  data: new Set(["args", "response", "responseschema", "responsejsonschema"]),
};
