import type { LaunchContext, ProgramTraits } from "../launch-spec.ts";
import type { StreamJson } from "../stream-json/parameters.ts";
import { programSpec } from "./program.ts";

/**
 * Amp. Its command line uses stream JSON (ampcode.com/manual/appendix) instead of ACP, so an adapter translates the messages. Amp has modes
 * instead of models, such as `amp:smart`, and sends its model requests to its own service.
 */
const ways: ProgramTraits = {
  streamJson,
  service: {
    keySetting: "ampApiKey",
    keyVariable: "AMP_API_KEY",
    keyHosts: ["ampcode.com:443"],
    otherHosts: ["*.ampcode.com"],
  },
  capabilities: { asksPermission: false, mcpTransports: ["stdio", "http"], readsRuleFiles: ["AGENTS.md"] },
  takesModelAtStart: true,
  env: { AMP_SKIP_UPDATE_CHECK: "1" },
};

export const amp = programSpec({
  name: "amp",
  displayName: "Amp",
  modelFamily: "anthropic",
  defaultModel: "auto",
  argv: ["amp"],
  ways,
  fix: 'Install Amp from ampcode.com in /usr/local/bin, or set its real path in harnesses.json: {"amp": {"argv": ["/path/to/amp"]}}',
});

const threadWord = "{thread}";

function streamJson({ model }: LaunchContext): StreamJson {
  const mode = model === "auto" ? [] : ["--mode", model];
  const stream = ["--stream-json", "--stream-json-thinking", "--stream-json-input"];
  // The sandbox confines the program. Stream JSON has no permission requests.
  const flags = ["--execute", ...stream, "--dangerously-allow-all", ...mode];
  return {
    begin: flags,
    goOn: ["threads", "continue", threadWord, ...flags],
    threadWord,
    mcpFlag: "--mcp-config",
    toolKinds: {
      Bash: "execute",
      create_file: "edit",
      edit_file: "edit",
      apply_patch: "edit",
      undo_edit: "edit",
      format_file: "edit",
      delete_file: "delete",
      Read: "read",
      look_at: "read",
      read_thread: "read",
      read_mcp_resource: "read",
      Grep: "search",
      glob: "search",
      finder: "search",
      find_thread: "search",
      librarian: "search",
      oracle: "think",
      Task: "think",
      web_search: "fetch",
      read_web_page: "fetch",
    },
    edits: {
      edit_file: { path: "path", oldText: "old_str", newText: "new_str" },
      create_file: { path: "path", newText: "content" },
    },
  };
}
