import type { SessionCreateBody, SessionCreated, Tembo } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readPrompt } from "../../input/prompt.ts";
import { uploadFiles } from "../../input/upload-files.ts";
import { styled } from "../../terminal.ts";
import { getProjectId } from "../project/get-project.ts";
import { labelsOf } from "../project/labels.ts";
import { requireRepository } from "../repo/find-repository.ts";
import { type AgentOptionFlags, agentOptionsOf } from "./agent-options.ts";
import { attemptsOf } from "./attempts.ts";
import { waitForTurn } from "./watch/wait.ts";

interface CreateOptions extends AgentOptionFlags {
  readonly promptFile?: string;
  readonly repo: readonly string[];
  readonly project?: string;
  readonly agent?: string;
  readonly attempts?: number;
  readonly attempt: readonly string[];
  readonly targetBranch?: string;
  readonly branch?: string;
  readonly size?: NonNullable<SessionCreateBody["sandboxSize"]>;
  readonly runsOn: readonly string[];
  readonly egress?: NonNullable<SessionCreateBody["egress"]>["preset"];
  readonly allow: readonly string[];
  readonly mcp: readonly string[];
  readonly budgetUsd?: number;
  readonly attach: readonly string[];
  readonly draft?: boolean;
  readonly wait?: boolean;
  readonly watch?: boolean;
}

export async function createSession(
  cli: Cli,
  argument: string | undefined,
  options: CreateOptions,
): Promise<Outcome> {
  const isWaiting = options.wait === true || options.watch === true;
  if (options.draft && isWaiting) {
    throw new UsageError(
      "A draft does not start, so there is nothing to wait for.",
      "omit --draft, or --wait and --watch.",
    );
  }
  const client = cli.client();
  const prompt = await readPrompt(cli, argument, { file: options.promptFile, option: "--prompt-file" });
  const attempts = attemptsOf(options);
  const body = await bodyOf(client, prompt, options);
  const session = await client.session.create({ ...body, ...(attempts !== undefined && { attempts }) });
  if (isWaiting) {
    if (!cli.isJson) {
      cli.terminal.note(`Session ${session.id} `, styled("cyan", session.htmlUrl));
      noteTarget(cli, session);
    }
    return waitForTurn(cli, client, {
      sessionId: session.id,
      messageId: null,
      isWatched: options.watch === true,
    });
  }
  if (cli.isJson) cli.terminal.json(session);
  else if (!cli.terminal.isInteractive) {
    for (const { id, status, htmlUrl } of session.attempts ?? [session])
      cli.terminal.line([id, status, htmlUrl].join("\t"));
  } else if (session.attempts !== undefined) {
    for (const { number, id, htmlUrl } of session.attempts)
      cli.terminal.line(`Attempt ${number}: session `, styled("bold", id), " ", styled("cyan", htmlUrl));
    noteTarget(cli, session);
    cli.terminal.hint(`tembo session attempts ${session.id}`);
  } else {
    cli.terminal.line(
      "Session ",
      styled("bold", session.id),
      ` (${session.status}) `,
      styled("cyan", session.htmlUrl),
    );
    noteTarget(cli, session);
    const next = options.draft ? `message ${session.id} "start"` : `watch ${session.id}`;
    cli.terminal.hint(`tembo session ${next}`);
  }
  return 0;
}

/** Prints the target branch before the work begins. The user can then notice a wrong branch before it causes costs. */
function noteTarget({ terminal }: Cli, { targetBranch }: SessionCreated): void {
  // Older servers omit the target branch.
  if (targetBranch) terminal.note(`Pull requests will be opened against ${targetBranch}.`);
}

async function bodyOf(client: Tembo, prompt: string, options: CreateOptions): Promise<SessionCreateBody> {
  const { agent, project, targetBranch, branch: branchName, size: sandboxSize, budgetUsd } = options;
  // `--allow` without `--egress` allows only these hosts.
  const preset = options.egress ?? (options.allow.length > 0 ? "custom" : undefined);
  const repositories: string[] = [];
  const codeRepoIds: string[] = [];
  for (const given of options.repo) {
    if (isFullName(given)) codeRepoIds.push((await requireRepository(client, given)).id);
    else repositories.push(given);
  }
  const attachments = await uploadFiles(client, options.attach);
  const agentOptions = agentOptionsOf(options);
  const runsOn = labelsOf(options.runsOn);
  return {
    prompt,
    ...(attachments.length > 0 && { attachments }),
    ...(project !== undefined && {
      projectId: project === "none" ? null : await getProjectId(client, project),
    }),
    ...(agent !== undefined && { agent }),
    ...(targetBranch !== undefined && { targetBranch }),
    ...(branchName !== undefined && { branchName }),
    ...(repositories.length > 0 && { repositories }),
    ...(codeRepoIds.length > 0 && { codeRepoIds }),
    ...(sandboxSize !== undefined && { sandboxSize }),
    ...(runsOn !== undefined && { runsOn }),
    ...(preset !== undefined && { egress: { preset, allow: [...options.allow] } }),
    ...(options.mcp.length > 0 && { mcpServers: [...options.mcp] }),
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(agentOptions !== undefined && { agentOptions }),
    ...(options.draft && { queueRightAway: false }),
  };
}

/**
 * Returns true for a full name, and false for a URL, which contains a scheme or `user@host:`. A full name may contain
 * several slashes, because some forges have nested groups.
 */
function isFullName(given: string): boolean {
  return /^[^/:@]+(\/[^/:@]+)+$/.test(given);
}
