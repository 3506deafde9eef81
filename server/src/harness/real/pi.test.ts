import { pi } from "../specs/pi.ts";
import { testRealHarness } from "./test-real-harness.ts";

testRealHarness({
  spec: pi,
  asksInPlan: false,
  countsOutput: false,
  tools: {
    write: (path, content) => ({ name: "write", input: { path, content } }),
    run: (command) => ({ name: "bash", input: { command } }),
  },
  refusals: [
    [401, /gave no answer/],
    [429, /gave no answer/],
  ],
});
