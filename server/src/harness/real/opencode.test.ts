import { opencode } from "../specs/opencode.ts";
import { testRealHarness } from "./test-real-harness.ts";

const run = (command: string) => ({ name: "bash", input: { command, description: "Run it" } });
const withFiles = {
  write: (path: string, content: string) => ({ name: "write", input: { filePath: path, content } }),
  run,
};

testRealHarness({
  spec: opencode,
  countsOutput: true,
  tools: {
    // OpenCode provides OpenAI models with a patch tool instead of its file tools.
    write: (path, content) => ({
      name: "apply_patch",
      input: {
        patchText: [
          "*** Begin Patch",
          `*** Add File: ${path}`,
          `+${content.trimEnd()}`,
          "*** End Patch",
        ].join("\n"),
      },
    }),
    run,
  },
  refusals: [
    [401, /played 401/],
    [429, /played 429/],
  ],
  otherModels: [
    { family: "anthropic", model: "claude-opus-4-5", path: /^\/v1\/messages$/, tools: withFiles },
    {
      family: "gemini",
      model: "gemini-2.5-pro",
      path: /^\/v1beta\/models\/gemini-2\.5-pro:streamGenerateContent$/,
      tools: withFiles,
    },
  ],
});
