import { opencode } from "../specs/opencode.ts";
import { testRealHarness } from "./test-real-harness.ts";

testRealHarness({
  spec: opencode,
  asksInPlan: false,
  countsOutput: true,
  tools: {
    // For models of OpenAI it offers a patch in place of its file tools.
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
    run: (command) => ({ name: "bash", input: { command, description: "Run it" } }),
  },
  refusals: [
    [401, /played 401/],
    [429, /played 429/],
  ],
});
