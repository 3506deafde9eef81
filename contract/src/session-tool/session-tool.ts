import { z } from "zod";
import { previewName, previewPort } from "../preview/preview.ts";
import { projectService } from "../project/environment.ts";

/** Maximum size of text or of a file that a tool accepts, in bytes. Equals the vendor's limit for an artifact. */
export const maxToolContentBytes = 5 * 1024 * 1024;

/**
 * An operation that an agent in a sandbox can request from its session, over MCP or with the `tembo` command in the
 * sandbox.
 */
export interface SessionTool<Input extends z.ZodObject = z.ZodObject> {
  readonly description: string;
  /** The subcommand of `tembo`, or null if the tool is available only over MCP. */
  readonly command: readonly string[] | null;
  /** The property that receives the positional arguments, or null if the command accepts none. */
  readonly positional: string | null;
  /**
   * The property that contains the path of a file in the sandbox, or null if the tool reads no file. The `tembo`
   * command reads the file and sends its content as `contentBase64`. Over MCP, the server reads the file from the
   * workspace or from `HOME`.
   */
  readonly file: string | null;
  readonly maxCallsPerTurn: number;
  /** True if the tool makes changes. Plan mode does not allow such tools. */
  readonly isChange: boolean;
  readonly input: Input;
}

/** Largest side of a browser window, in pixels. */
const maxSide = 4_096;

const text = (most: number) => z.string().min(1).max(most);
const repository = text(200)
  .optional()
  .describe("Folder of the repository in the workspace. Defaults to all repositories.");
const title = text(200).describe("Title shown to people.");

const tool = <Input extends z.ZodObject>(
  given: Pick<SessionTool<Input>, "description" | "input"> & Partial<SessionTool<Input>>,
): SessionTool<Input> => ({
  command: null,
  positional: null,
  file: null,
  maxCallsPerTurn: 100,
  isChange: false,
  ...given,
});

/** All session tools. The MCP schemas, the command's flags and the server's validation derive from this table. */
export const sessionTools = {
  list_repositories: tool({
    description:
      "Lists this session's repositories. Refer to other repositories by URL. A person must allow each use of another repository.",
    input: z.strictObject({}),
  }),
  commit: tool({
    description:
      "Commits all changes in the workspace to the session's branch, as the person who requested the work.",
    command: ["commit"],
    positional: "message",
    isChange: true,
    input: z.strictObject({
      message: text(20_000)
        .optional()
        .describe(
          "The commit message. If omitted, Tembo composes the message from the request and the changes.",
        ),
      repository,
    }),
  }),
  merge: tool({
    description:
      "Merges the newest commits of the pull request's base branch into the session's branch. Conflicts remain in the files for you to resolve.",
    command: ["merge"],
    isChange: true,
    maxCallsPerTurn: 30,
    input: z.strictObject({ repository }),
  }),
  create_pull_request: tool({
    description:
      "Commits all changes, pushes the session's branch and opens or updates its pull request now. This also happens automatically when the turn ends.",
    command: ["pull-request", "create"],
    isChange: true,
    maxCallsPerTurn: 30,
    input: z.strictObject({
      title: text(200).optional().describe("Preferably at most 72 characters."),
      body: text(60_000).optional().describe("Markdown: what changed, why and how it was verified."),
      repository,
    }),
  }),
  createArtifact: tool({
    description: "Saves a document that people see next to the session, such as a report, a table or a page.",
    command: ["artifact", "create"],
    maxCallsPerTurn: 50,
    input: z.strictObject({
      title,
      outputType: z.enum(["markdown", "html", "json", "csv"]).default("markdown"),
      content: text(maxToolContentBytes),
      description: text(2_000).optional(),
      fileName: text(200).optional(),
    }),
  }),
  uploadFile: tool({
    description: "Saves a file from the sandbox, such as a screenshot, that people see next to the session.",
    command: ["upload-file"],
    positional: "path",
    file: "path",
    maxCallsPerTurn: 50,
    input: z.strictObject({
      path: text(4_096).describe("Path of the file in the workspace or HOME. At most 5 MiB."),
      title: title.optional(),
      description: text(2_000).optional(),
    }),
  }),
  take_screenshot: tool({
    description:
      "Opens a page in the sandbox's Chromium and saves a PNG of it that people see in the session. The page can be on a port of the sandbox, such as http://localhost:3000, or on a host that the session may reach. Chromium has no cookies and no sign-in.",
    command: ["screenshot"],
    positional: "url",
    maxCallsPerTurn: 50,
    input: z.strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(4_096)
        .describe("An http or https URL."),
      width: z.number().int().min(100).max(maxSide).default(1_280).describe("Width in pixels."),
      height: z.number().int().min(100).max(maxSide).default(800).describe("Height in pixels."),
      fullPage: z.boolean().default(false).describe("Includes what is below the given height."),
      name: title.optional(),
      output: text(4_096)
        .optional()
        .describe(
          "Path of a file in the sandbox that also receives the PNG, so that you can look at it. Relative to the repository.",
        ),
    }),
  }),
  getAgentState: tool({
    description:
      "Reads the state that this chain of sessions saved with setAgentState: the value of one key, or all values.",
    command: ["state", "get"],
    positional: "key",
    input: z.strictObject({ key: text(200).optional() }),
  }),
  setAgentState: tool({
    description:
      "Saves a JSON value under a key, for later turns and for the sessions of the same chain. null deletes the key.",
    command: ["state", "set"],
    input: z.strictObject({
      key: text(200),
      value: z.unknown().describe("Any JSON value of at most 64 KiB."),
    }),
  }),
  setVmKeepAlive: tool({
    description:
      "Keeps the sandbox running for this many minutes from now, including after the turn. With 0, the sandbox may stop when the turn ends.",
    command: ["set-vm-keep-alive"],
    positional: "minutes",
    maxCallsPerTurn: 20,
    input: z.strictObject({ minutes: z.number().int().min(0).max(240) }),
  }),
  get_services: tool({
    description:
      "Returns the states of the project's services in the sandbox, such as a database. With a name, also returns the end of that service's log.",
    command: ["service", "show"],
    positional: "name",
    input: z.strictObject({ name: projectService.shape.name.optional() }),
  }),
  unpublish_port: tool({
    description: "Removes a published port and its address.",
    command: ["service", "remove"],
    positional: "port",
    maxCallsPerTurn: 50,
    input: z.strictObject({ port: previewPort }),
  }),
  publish_port: tool({
    description:
      "Publishes a port of the sandbox, such as that of a development server, and returns its URL. People who can see the session can open the URL in a browser. Start the program first. The program sees requests to http://localhost:PORT.",
    command: ["service"],
    positional: null,
    maxCallsPerTurn: 50,
    input: z.strictObject({
      port: previewPort,
      name: previewName.optional().describe("Label for people, such as web."),
    }),
  }),
  respond_to_user: tool({
    description:
      "Sends a message to the person now, in Markdown. Tembo posts the last of these messages as the reply to the request, for example in a comment thread.",
    command: ["respond-to-user"],
    positional: "message",
    maxCallsPerTurn: 30,
    input: z.strictObject({ message: text(20_000) }),
  }),
  reply_to_review_thread: tool({
    description:
      "Writes your reply to a review thread that the request assigned to you. Tembo posts it in the thread when the turn ends, with the commit that it pushed. A later call for the same thread replaces the reply.",
    command: ["review-thread", "reply"],
    positional: "message",
    isChange: true,
    input: z.strictObject({
      thread: text(200).describe("ID of the thread from the request, such as inline-12."),
      message: text(20_000).describe("Markdown: what you changed, or why you changed nothing."),
      resolve: z
        .boolean()
        .default(false)
        .describe("True if the changes of this turn settle the thread. Tembo then also resolves it."),
    }),
  }),
  ask_user: tool({
    description:
      "Asks the person a question and waits for the answer, for a limited time. If no one answers in time, the result says so, and you continue.",
    command: ["ask-user"],
    positional: "question",
    maxCallsPerTurn: 20,
    input: z.strictObject({
      question: text(4_000),
      choices: z
        .array(text(500))
        .min(1)
        .max(10)
        .optional()
        .describe("Answers to choose from. The person can also answer in other words."),
    }),
  }),
  create_child_session: tool({
    description:
      "Starts another session with its own prompt. The child session runs in parallel, shares this session's budget and has at most this session's repositories, network access and visibility. A person must first allow a repository or model family that this session does not have.",
    command: ["child-session", "create"],
    positional: "prompt",
    maxCallsPerTurn: 10,
    input: z.strictObject({
      prompt: text(100_000),
      repositoryIds: z
        .array(text(500))
        .max(20)
        .optional()
        .describe(
          "IDs from list_repositories. Defaults to this session's repositories. Refer to any other repository by URL. A person must allow its use.",
        ),
      agent: text(500).optional().describe("harness:model. Defaults to this session's harness and model."),
    }),
  }),
  set_title: tool({
    description: "Sets the session's title.",
    command: ["set-title"],
    positional: "title",
    maxCallsPerTurn: 10,
    input: z.strictObject({ title: text(500) }),
  }),
} as const satisfies Readonly<Record<string, SessionTool>>;

export type SessionToolName = keyof typeof sessionTools;
export type SessionToolInput<Name extends SessionToolName> = z.output<(typeof sessionTools)[Name]["input"]>;

/** Description of a tool for the program inside the sandbox. */
export interface SessionToolView {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (draft 2020-12) of an object. */
  readonly inputSchema: object;
  readonly command: readonly string[] | null;
  readonly positional: string | null;
  readonly file: string | null;
}

export function viewSessionTool(name: SessionToolName): SessionToolView {
  const { description, command, positional, file, input } = sessionTools[name] as SessionTool;
  const { $schema: _draft, ...inputSchema } = z.toJSONSchema(input, { io: "input" });
  return {
    name,
    description,
    inputSchema,
    command,
    positional,
    file,
  };
}
