import { pi } from "../specs/pi.ts";
import type { PlayTools } from "../testing/played-model/play.ts";
import { testRealHarness } from "./test-real-harness.ts";

const tools: PlayTools = {
  write: (path, content) => ({ name: "write", input: { path, content } }),
  run: (command) => ({ name: "bash", input: { command } }),
};

testRealHarness({
  spec: pi,
  countsOutput: false,
  tools,
  refusals: [
    [401, /gave no response/],
    [429, /gave no response/],
  ],
  otherModels: [
    { family: "anthropic", model: "claude-opus-4-5", path: /^\/v1\/messages$/, tools },
    {
      family: "gemini",
      model: "gemini-2.5-pro",
      path: /^\/v1beta\/models\/gemini-2\.5-pro:streamGenerateContent$/,
      tools,
    },
  ],
});
