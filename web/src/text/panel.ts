import { maxWorkspaceFileBytes } from "@tembo-io/sdk";
import { formatBytes, formatCount, formatCountOf } from "../format/numbers.ts";

export const panel = {
  label: "Session details",
  conversation: "Conversation",
  names: {
    changes: "Changes",
    files: "Files",
    pulls: "Pull requests",
    artifacts: "Artifacts",
    usage: "Usage",
    preview: "Preview",
    services: "Services",
    terminal: "Terminal",
    events: "Events",
  },
  manyCount: (most: number) => `${most}+`,
  resize: "Resize panel",
  close: "Close panel",
  download: "Download",
  open: "Show",
  hide: "Hide",
  noPreview: "No preview is available for this file type. Download the file to view it.",
  repositoryGone: "Repository removed",
  changes: {
    none: "No changes yet. The agent's changes appear here after each turn.",
    cut: (shown: number, all: number) =>
      `Shows ${formatCount(shown)} of ${formatCount(all)} files, because Tembo stores at most 10 MiB of a diff. Fetch the branch to see all.`,
    branch: (branch: string) => `on ${branch}`,
    comments: (n: number) => formatCountOf(n, "comment", "comments"),
    discard: "Discard all",
    send: "Send to agent",
    sent: "Comments sent to the agent",
    intro: "Please address these comments on the changes:",
    before: "before the change",
  },
  workspace: {
    title: "Workspace",
    tree: "Files of the workspace",
    emptyFolder: "This folder is empty.",
    cut: "This folder has more entries than Tembo lists. Open the terminal to see all.",
    kind: { link: "Link", other: "Cannot be shown" },
    back: "Back to the files",
    edit: "Edit",
    cannotEdit: "Files can be edited only while the sandbox is running. A message to the agent starts it.",
    editorOf: (path: string) => `Text of ${path}`,
    save: "Save",
    discard: "Discard changes",
    about: "The agent learns about the change with its next message, and the next turn commits it.",
    notStored: (characters: string) =>
      `This text is longer than ${characters} characters, so it is lost if you close the page before you save.`,
    leftOut: {
      binary: "This is a binary file, so it has no preview.",
      tooLarge: `This file is larger than ${formatBytes(maxWorkspaceFileBytes)}, so it has no preview.`,
    },
  },
  files: {
    title: "Attachments and uploads",
    search: "Search files",
    none: "No files yet. Message attachments and files that the agent uploads appear here.",
    noneFound: "No files match your search.",
  },
  pulls: {
    none: "No pull requests yet. Tembo opens one after a turn that changes files.",
    status: { open: "Open", draft: "Draft", merged: "Merged", closed: "Closed" },
    checks: {
      none: "No checks",
      pending: "Checks running",
      passed: "All checks passed",
      failed: (names: readonly string[]) =>
        names.length === 0
          ? "Checks failed"
          : names.length === 1
            ? `1 check failed: ${names[0]}`
            : `${names.length} checks failed: ${names.join(", ")}`,
    },
    mergeability: {
      unknown: "Merge status unknown",
      mergeable: "Can be merged",
      conflicting: "Conflicts with the base branch",
      blocked: "Merging is blocked",
    },
    into: (source: string, base: string) => `${source} into ${base}`,
  },
  preview: {
    none: "No published ports yet. An agent publishes a port with “tembo service --port 3000”, and the page then appears here.",
    port: "Published port",
    portName: (port: number, name: string | null) =>
      name === null ? `Port ${port}` : `${name} · port ${port}`,
    width: "Width",
    widths: { full: "Panel", desktop: "Desktop", phone: "Phone" },
    reload: "Reload preview",
    openOutside: "Open in a new tab",
    share: "Share link",
    shared: (expiry: string) =>
      `Anyone with this link can open the preview until ${expiry}. It is shown only once.`,
    link: "Share link",
    copy: "Copy",
    copied: "Copied",
    about: "The page comes from the agent's sandbox. Do not enter passwords.",
  },
  services: {
    none: "No services. Add services to the session's project to run programs such as databases in its sandboxes.",
    list: "Services",
    state: {
      starting: "Starting",
      ready: "Ready",
      exited: "Exited",
      stopped: "Stopped",
      notStarted: "Not started",
    },
    exited: (code: number | null) =>
      code === null ? "Exited because of a signal" : `Exited with code ${code}`,
    stateOf: (name: string, state: string) => `${name}: ${state}`,
    readyAfter: (duration: string) => `ready after ${duration}`,
    port: (port: number) => `port ${port}`,
    log: (name: string) => `Log of ${name}`,
    noLog: "No output yet.",
    noOutput: "The service had no output.",
    notStarted: "The service has not started yet.",
  },
  terminal: {
    label: "Terminal in the session's sandbox",
    opening: "Opening a shell in the sandbox…",
    open: "Open terminal",
    again: "Reopen terminal",
    close: "Close terminal",
    closed: "Terminal closed. All programs in the terminal were stopped.",
    stopped: "The terminal closed because the sandbox stopped.",
    exited: (code: number) => `The shell exited with code ${code}.`,
    about:
      "This shell runs as the agent's user, with the same files and limits but separate processes and ports. Changes that you make in a repository are included in the next turn's commit. Output is not saved. Leaving this panel closes the terminal.",
    network: "Between turns, the sandbox has no network access.",
    keys: "The Tab key is sent to the shell. To leave the terminal, press Ctrl+Shift+Escape.",
  },
  artifacts: {
    none: "No artifacts yet. Documents, images and plans that the agent saves appear here.",
    kind: { Plan: "Plan", Response: "Document", File: "File" },
    html: "Page preview. Scripts are disabled.",
    view: "View",
    preview: "Preview",
    source: "Source",
    content: "Content",
    emptyTable: "The table is empty.",
    cutTable: (rows: number, columns: number) =>
      `Shows at most ${formatCount(rows)} rows and ${formatCount(columns)} columns. Download the file to see all.`,
    largePicture: "The picture is too large to show here. Download the file to view it.",
  },
  usage: {
    none: "No usage yet. Tokens and costs appear here after the first turn.",
    perTurn: "Tokens per turn",
    total: "All turns",
    turn: "Turn",
    input: "Uncached input",
    cached: "Cache reads",
    cacheWrite: "Cache writes",
    output: "Output",
    tokens: "Tokens",
    cost: "Cost",
    time: "Time",
    requests: "Requests",
    turnNumber: (n: number) => `Turn ${n}`,
    running: "Running",
    unpriced: (n: number) =>
      n === 1
        ? "1 request has no known price and is not included in the cost."
        : `${formatCount(n)} requests have no known price and are not included in the cost.`,
  },
  events: {
    none: "No events yet.",
    filter: "Event types",
    all: "All types",
    list: "Events",
    chosen: (id: number) => `Event ${id}`,
    copy: "Copy",
    copied: "Copied",
    shown: (shown: number, all: number) =>
      shown === all
        ? formatCountOf(all, "event", "events")
        : `${formatCount(shown)} of ${formatCountOf(all, "event", "events")}`,
    choose: "Select an event to see its data.",
  },
};
