import { codex } from "../specs/codex.ts";
import { testRealHarness } from "./test-real-harness.ts";

testRealHarness({
  spec: codex,
  countsOutput: true,
  tools: {
    write: (path, content) => ({
      name: "apply_patch",
      input: ["*** Begin Patch", `*** Add File: ${path}`, `+${content.trimEnd()}`, "*** End Patch"].join(
        "\n",
      ),
    }),
    run: (command) => ({ name: "exec_command", input: { cmd: command } }),
  },
  refusals: [
    [401, /401/],
    [429, /429/],
  ],
});
