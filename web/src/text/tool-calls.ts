import { formatCountOf } from "../format/numbers.ts";

/** Text of rows that show tool calls of the agent. */
export const toolCalls = {
  explored: (files: number) => `explored ${formatCountOf(files, "file", "files")}`,
  searched: (times: number) => `ran ${formatCountOf(times, "search", "searches")}`,
  edited: (files: number) => `edited ${formatCountOf(files, "file", "files")}`,
  ran: (commands: number) => `ran ${formatCountOf(commands, "command", "commands")}`,
  fetched: (pages: number) => `fetched ${formatCountOf(pages, "page", "pages")}`,
  used: (tools: number) => `used ${formatCountOf(tools, "tool", "tools")}`,
  /** Calls of which each failed and none has an effect, such as edits. */
  attempted: "tried to edit",
  failed: {
    read: (n: number) => `${formatCountOf(n, "read", "reads")} failed`,
    search: (n: number) => `${formatCountOf(n, "search", "searches")} failed`,
    edit: (n: number) => `${formatCountOf(n, "edit", "edits")} failed`,
    command: (n: number) => `${formatCountOf(n, "command", "commands")} failed`,
    fetch: (n: number) => `${formatCountOf(n, "request", "requests")} failed`,
    other: (n: number) => `${formatCountOf(n, "call", "calls")} failed`,
  },
  /** Names of Tembo's session tools. */
  sessionTool: {
    list_repositories: "List repositories",
    commit: "Commit changes",
    merge: "Merge changes",
    create_pull_request: "Open pull request",
    createArtifact: "Save artifact",
    uploadFile: "Save file as artifact",
    take_screenshot: "Take screenshot",
    getAgentState: "Read agent state",
    setAgentState: "Save agent state",
    setVmKeepAlive: "Keep sandbox running",
    publish_port: "Publish port",
    unpublish_port: "Stop publishing port",
    get_services: "List services",
    respond_to_user: "Send message",
    reply_to_review_thread: "Reply to review thread",
    ask_user: "Ask a question",
    create_child_session: "Start session",
    set_title: "Set title",
  },
} as const;
