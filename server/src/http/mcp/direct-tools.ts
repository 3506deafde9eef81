import type { SessionDiffList, SessionDiffWithData } from "@tembo/contract";
import { operations } from "@tembo/contract";
import { readApi, shortened } from "./call-api.ts";
import { flatSchemaOf } from "./input-schema.ts";
import type { OperationTool } from "./operation-tools.ts";
import {
  refuseUnknown,
  success,
  type Tool,
  type ToolAnswer,
  type ToolContext,
  type ToolInput,
  ToolMistake,
} from "./tool.ts";

/** Maximum number of diffs. `session_diff_list` returns the diffs of the other repositories. */
const maxDiffs = 20;

/** Creates the tools that models need most often. Each tool completes its task in a single call. */
export function createDirectTools(all: ReadonlyMap<string, OperationTool>): Tool[] {
  return [
    direct(all, "create_session", "session_create", {
      description:
        "Start a session: an agent works on the task in the background and opens pull requests. Name each repository by URL or as owner/name. Returns the session. Use get_session to check its progress.",
      bodyOf: operations.sessionCreate,
    }),
    direct(all, "get_session", "session_retrieve", {
      description: "Get a session's state, branches, change counts and pull requests.",
    }),
    direct(all, "send_message", "session_message_create", {
      description:
        "Send a message to a session. While the session works, the message is queued. With deliveryMode steer, the running turn receives it.",
      bodyOf: operations.sessionMessageCreate,
    }),
    direct(all, "list_sessions", "session_list", { description: "List the sessions, newest first." }),
    {
      name: "get_diff",
      description: "Get a session's changes as one patch for each changed repository.",
      inputSchema: all.get("session_retrieve")!.inputSchema,
      isRead: true,
      isDestructive: false,
      run: getDiff,
    },
    direct(all, "list_repositories", "repository_list", {
      description: "List the repositories that sessions can work on, with their URLs for create_session.",
    }),
  ];
}

interface Direct {
  readonly description: string;
  /** Operation whose body fields are listed next to the parameters. */
  readonly bodyOf?: Parameters<typeof flatSchemaOf>[0];
}

function direct(
  all: ReadonlyMap<string, OperationTool>,
  name: string,
  of: string,
  { description, bodyOf }: Direct,
): Tool {
  const tool = all.get(of)!;
  if (bodyOf === undefined) return { ...tool, name, description };
  const inputSchema = flatSchemaOf(bodyOf);
  const outside = Object.keys(tool.inputSchema.properties).filter((key) => key !== "body");
  return {
    ...tool,
    name,
    description,
    inputSchema,
    run(input, context) {
      refuseUnknown(input, Object.keys(inputSchema.properties));
      const isOutside = ([key]: [string, unknown]) => outside.includes(key);
      const entries = Object.entries(input);
      const body = Object.fromEntries(entries.filter((entry) => !isOutside(entry)));
      return tool.run({ ...Object.fromEntries(entries.filter(isOutside)), body }, context);
    },
  };
}

async function getDiff(input: ToolInput, context: ToolContext): Promise<ToolAnswer> {
  refuseUnknown(input, ["sessionId"]);
  if (typeof input.sessionId !== "string" || !/^[\w-]+$/.test(input.sessionId))
    throw new ToolMistake('"sessionId" is missing or not valid. Use list_sessions to get the IDs.');
  const diffs = `/v1/sessions/${input.sessionId}/diffs`;
  const list = { method: "GET", path: `${diffs}?hasChanges=true&limit=${maxDiffs}` } as const;
  const { items, nextCursor } = await readApi<SessionDiffList>(list, context);
  if (items.length === 0) return success("The session has no changes.");
  const patches: string[] = [];
  for (const { id, root, branch, additions, deletions } of items) {
    const { data } = await readApi<SessionDiffWithData>({ method: "GET", path: `${diffs}/${id}` }, context);
    patches.push(`# ${root} (${branch ?? "no branch"}): +${additions} -${deletions}\n${data}`);
  }
  if (nextCursor !== null)
    patches.push("# More repositories have changes. Use session_diff_list to list all.");
  return success(shortened(patches.join("\n")));
}
