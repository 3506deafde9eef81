import { gemini } from "../specs/gemini.ts";
import { testRealHarness } from "./test-real-harness.ts";

testRealHarness({
  spec: gemini,
  countsOutput: true,
  tools: {
    write: (path, content) => ({ name: "write_file", input: { file_path: path, content } }),
    run: (command) => ({ name: "run_shell_command", input: { command, description: "Run it" } }),
  },
  refusals: [
    [401, /401/],
    [429, /429/],
  ],
});
