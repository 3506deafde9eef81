import { posix } from "node:path";
import type { OfferedTool } from "./conversation.ts";
import type { ToolStep } from "./steps.ts";

type Input = Readonly<Record<string, unknown>>;
type Of<Do extends ToolStep["do"]> = Extract<ToolStep, { do: Do }>;

/** A tool call by the model. `input` is text for custom tools. */
export interface ToolCall {
  readonly name: string;
  readonly kind: "function" | "custom";
  readonly input: Input | string;
  /** Namespace of the tool, if any. */
  readonly namespace?: string;
}

/** The tools of one harness, and the call for each step. Paths are absolute if `absolutePaths` is true. */
interface Toolset {
  readonly harness: string;
  /**
   * The tool that identifies the harness. If two harnesses use the same tool name, `property` is a parameter of the
   * tool that distinguishes them.
   */
  readonly known: { readonly tool: string; readonly property?: string };
  readonly absolutePaths: boolean;
  readonly write: (step: Of<"write">) => ToolCall;
  readonly edit: (step: Of<"edit">) => ToolCall;
  readonly read: (step: Of<"read">) => ToolCall;
  readonly bash: (step: Of<"bash">) => ToolCall;
}

const call = (name: string, input: Input): ToolCall => ({ name, kind: "function", input });
const custom = (name: string, input: string): ToolCall => ({ name, kind: "custom", input });
const description = "A step of the script";
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const lines = (text: string) => text.replace(/\n$/, "").split("\n");

const addFile = (step: Of<"write">) =>
  [
    "*** Begin Patch",
    `*** Add File: ${step.path}`,
    ...lines(step.content).map((line) => `+${line}`),
    "*** End Patch",
  ].join("\n");

const updateFile = (step: Of<"edit">) =>
  [
    "*** Begin Patch",
    `*** Update File: ${step.path}`,
    "@@",
    ...lines(step.old).map((line) => `-${line}`),
    ...lines(step.new).map((line) => `+${line}`),
    "*** End Patch",
  ].join("\n");

/** Codex's code mode: one tool that runs JavaScript, which can call the other tools as functions. */
const codeMode = (tool: string, argument: unknown) =>
  custom(
    "exec",
    `const result = await tools.${tool}(${JSON.stringify(argument)}); text(JSON.stringify(result));`,
  );

/** Toolsets with the argument shapes of the pinned harness versions, as seen in their requests. */
export const toolsets: readonly Toolset[] = [
  {
    harness: "claudeCode",
    known: { tool: "Bash" },
    absolutePaths: true,
    write: (step) => call("Write", { file_path: step.path, content: step.content }),
    edit: (step) => call("Edit", { file_path: step.path, old_string: step.old, new_string: step.new }),
    read: (step) => call("Read", { file_path: step.path }),
    bash: (step) =>
      call("Bash", {
        command: step.command,
        description,
        ...(step.timeoutMs === undefined ? {} : { timeout: step.timeoutMs }),
      }),
  },
  {
    harness: "codex",
    known: { tool: "exec_command" },
    absolutePaths: false,
    write: (step) => custom("apply_patch", addFile(step)),
    edit: (step) => custom("apply_patch", updateFile(step)),
    read: (step) => call("exec_command", { cmd: `cat ${quoted(step.path)}` }),
    bash: (step) => call("exec_command", { cmd: step.command }),
  },
  {
    harness: "codex in code mode",
    known: { tool: "exec" },
    absolutePaths: false,
    write: (step) => codeMode("apply_patch", addFile(step)),
    edit: (step) => codeMode("apply_patch", updateFile(step)),
    read: (step) => codeMode("exec_command", { cmd: `cat ${quoted(step.path)}` }),
    bash: (step) => codeMode("exec_command", { cmd: step.command }),
  },
  {
    // Gemini and OpenCode (below) hide their shell while planning, so their read tool identifies them.
    harness: "gemini",
    known: { tool: "read_file" },
    absolutePaths: true,
    write: (step) => call("write_file", { file_path: step.path, content: step.content }),
    edit: (step) =>
      call("replace", {
        file_path: step.path,
        old_string: step.old,
        new_string: step.new,
        instruction: description,
      }),
    read: (step) => call("read_file", { file_path: step.path }),
    bash: (step) => call("run_shell_command", { command: step.command, description }),
  },
  {
    // OpenCode offers OpenAI models a patch tool instead of its file tools.
    harness: "opencode with patches",
    known: { tool: "apply_patch", property: "patchText" },
    absolutePaths: true,
    write: (step) => call("apply_patch", { patchText: addFile(step) }),
    edit: (step) => call("apply_patch", { patchText: updateFile(step) }),
    read: (step) => call("read", { filePath: step.path }),
    bash: (step) => call("bash", { command: step.command, description }),
  },
  {
    harness: "opencode",
    known: { tool: "read", property: "filePath" },
    absolutePaths: true,
    write: (step) => call("write", { filePath: step.path, content: step.content }),
    edit: (step) => call("edit", { filePath: step.path, oldString: step.old, newString: step.new }),
    read: (step) => call("read", { filePath: step.path }),
    bash: (step) =>
      call("bash", {
        command: step.command,
        description,
        ...(step.timeoutMs === undefined ? {} : { timeout: step.timeoutMs }),
      }),
  },
  {
    harness: "pi",
    known: { tool: "write", property: "path" },
    absolutePaths: true,
    write: (step) => call("write", { path: step.path, content: step.content }),
    edit: (step) => call("edit", { path: step.path, edits: [{ oldText: step.old, newText: step.new }] }),
    read: (step) => call("read", { path: step.path }),
    bash: (step) => call("bash", { command: step.command }),
  },
];

/** Thrown if the harness does not offer the tool that a step needs. */
export class ToolMissing extends Error {
  override readonly name = "ToolMissing";
}

/**
 * Translates a step into a call of an offered tool.
 *
 * @throws ToolMissing if the tools belong to no known harness or do not include the required tool.
 */
export function toToolCall(
  step: ToolStep,
  offered: readonly OfferedTool[],
  cwd: string | undefined,
): ToolCall {
  if (step.do === "mcp") return mcpCall(step, offered);
  const isOffered = ({ name }: ToolCall) => offered.some((tool) => tool.name === name);
  const wanted =
    step.do === "tool" ? call(step.name, step.input) : wordedBy(getToolset(offered), step, cwd, isOffered);
  const tool = offered.find(({ name }) => name === wanted.name);
  // A model may call a tool that it remembers from an earlier request.
  if (!tool && step.do === "write" && step.isAttempt) return wanted;
  if (!tool)
    throw new ToolMissing(`The harness does not offer the tool ${wanted.name}. It offers ${named(offered)}.`);
  // Some Codex versions offer the same patch tool as a function with one text parameter.
  if (wanted.kind === "custom" && tool.kind === "function") return call(wanted.name, { input: wanted.input });
  return wanted;
}

/**
 * Calls a tool of an MCP server. Each harness combines the names of server and tool differently. Claude Code may hide
 * such tools until the model searches for them, but accepts calls of hidden tools.
 */
function mcpCall({ server, tool, input }: Of<"mcp">, offered: readonly OfferedTool[]): ToolCall {
  const parts = [server, tool].map((name) => name.replaceAll(/[^A-Za-z0-9_-]/g, "_"));
  const names = [`mcp__${parts.join("__")}`, `mcp_${parts.join("_")}`, parts.join("__"), parts.join("_")];
  const found = names.find((name) => offered.some((one) => one.name === name));
  if (found !== undefined) return call(found, input);
  // Codex offers these tools in namespaces or as functions of its code mode, and accepts calls of tools that it has not
  // listed yet.
  const namespace = `mcp__${parts[0]!.replaceAll("-", "_")}`;
  if (offered.some(({ name }) => name === "exec_command"))
    return { ...call(parts[1]!, input), namespace: namespaceOf(offered, namespace) };
  if (offered.some(({ name }) => name === "exec")) return codeMode(`${namespace}__${parts[1]}`, input);
  if (offered.some(({ name }) => name === "ToolSearch")) return call(names[0]!, input);
  throw new ToolMissing(
    `The harness does not offer the tool ${tool} of ${server}. It offers ${named(offered)}.`,
  );
}

function namespaceOf(offered: readonly OfferedTool[], wanted: string): string {
  const known = offered.flatMap(({ namespace }) => namespace ?? []);
  return known.find((name) => name.replaceAll("-", "_").replace(/_+$/, "") === wanted) ?? wanted;
}

function getToolset(offered: readonly OfferedTool[]): Toolset {
  const found = toolsets.find(({ known }) =>
    offered.some(({ name, properties }) => {
      return name === known.tool && (known.property === undefined || properties.includes(known.property));
    }),
  );
  if (!found) throw new ToolMissing(`No known harness offers the tools ${named(offered)}.`);
  return found;
}

/** Uses the shell if the harness hides its file tools, as Codex does for unknown models. */
function wordedBy(
  toolset: Toolset,
  step: Exclude<ToolStep, { do: "tool" | "mcp" }>,
  cwd: string | undefined,
  isOffered: (call: ToolCall) => boolean,
): ToolCall {
  if (step.do === "bash") return toolset.bash(step);
  const path = toolset.absolutePaths && cwd !== undefined ? posix.resolve(cwd, step.path) : step.path;
  const placed = { ...step, path };
  const own =
    placed.do === "write"
      ? toolset.write(placed)
      : placed.do === "edit"
        ? toolset.edit(placed)
        : toolset.read(placed);
  if (isOffered(own)) return own;
  const inPlace = toolset.bash({ do: "bash", command: inShell(placed) });
  return placed.do === "write" && placed.isAttempt && !isOffered(inPlace) ? own : inPlace;
}

/**
 * Returns a shell command that performs the step with bash, `cat`, `mkdir` and `dirname`, because other programs might be
 * missing in a sandbox. The `x` preserves trailing newlines, which `$()` removes.
 */
function inShell(step: Exclude<ToolStep, { do: "tool" | "mcp" | "bash" }>): string {
  const path = quoted(step.path);
  if (step.do === "read") return `cat ${path}`;
  if (step.do === "write")
    return `mkdir -p "$(dirname ${path})" && printf %s ${quoted(step.content)} > ${path}`;
  const parts = [
    `old=${quoted(step.old)}`,
    `new=${quoted(step.new)}`,
    `text=$(cat ${path}; echo x)`,
    `text=\${text%x}`,
    `printf %s "\${text/"$old"/"$new"}" > ${path}`,
  ];
  return parts.join("; ");
}

function named(offered: readonly OfferedTool[]): string {
  return offered.map(({ name }) => name).join(", ") || "none";
}
