import type { EgressSetting, MessageAuthor } from "../../accounts/index.ts";
import type { RequestOrigin } from "../../base/index.ts";
import type { AgentRun } from "../agent-run/agent-run.ts";
import type { MessageSource, SlashCommand } from "../message/message.ts";
import type { AgentOptionsInput } from "../session/read-agent-options.ts";
import type { SandboxSize } from "../session/sandbox-size.ts";
import type { Session, SessionSource, Visibility } from "../session/session.ts";

/** Origin of a session, which determines the prompt's author and the session's owner. */
export type SessionOrigin =
  /** A person or a program that uses an API key or a sign-in. `keyId` is the ID of either. */
  | {
      readonly kind: "key";
      readonly keyId: string;
      /** API request that creates the session, or null for a session that is only prepared. */
      readonly request: RequestOrigin | null;
    }
  /** A run of a saved agent. The prompt has no author. */
  | {
      readonly kind: "agentRun";
      readonly run?: Pick<AgentRun, "agentId" | "cause" | "startedByKeyId" | "request">;
      /** Person whose API request started the run, or null. The run does not act for this person. */
      readonly startedByUserId?: string | null;
    }
  /** The agent of another session. The new session has the same owner as that session. */
  | {
      readonly kind: "session";
      readonly ownerKeyId: string | null;
      /** Author of the message that the other session is processing, or null if that message has no author. */
      readonly author: MessageAuthor | null;
      /** API request that sent that message, or null if none did. */
      readonly request: RequestOrigin | null;
    }
  /** A comment, a review, an issue or failed checks on a forge. */
  | {
      readonly kind: "forge";
      readonly source: SessionSource;
      readonly author: MessageAuthor;
      readonly messageSource: MessageSource;
      /** ID that the caller chooses, so that a repeated delivery creates the message only once. */
      readonly messageId: string;
    };

/**
 * A request for a session. A missing or null `agent` means the person's preferred agent, or otherwise the
 * organization's default. A missing or null `sandboxSize` means the organization's default.
 */
export interface SessionRequest {
  readonly origin: SessionOrigin;
  /** ID that the client chooses. Defaults to a new UUID. */
  readonly id?: string;
  /** ID of prepared work. It has no effect with `id`, for a draft, or if the work was prepared for other options. */
  readonly preparedId?: string;
  /** Prompt. It may be empty only for a draft with a title, which waits for its first message. */
  readonly prompt: string;
  /**
   * Text from which the title is derived until the harness sets one. Defaults to the title of the issue or pull
   * request, or to the prompt.
   */
  readonly title?: string;
  /** Text that follows the prompt in the first message. */
  readonly description?: string | null;
  /** Agent in the form `harness:model[:provider]`. */
  readonly agent?: string | null;
  readonly repositoryUrls?: readonly string[];
  readonly repositoryIds?: readonly string[];
  readonly targetBranch?: string | null;
  readonly baseBranch?: string | null;
  readonly branchName?: string | null;
  /** Starting branch by repository ID, used if that branch exists. */
  readonly baseBranches?: ReadonlyMap<string, string>;
  readonly sandboxSize?: SandboxSize | null;
  /**
   * ID of the project, or null for none. If missing, the default project applies (see `chooseProject`). A project's
   * repositories apply if the request names a project and no repositories.
   */
  readonly projectId?: string | null;
  /**
   * True if the session copies its project from another session. It then has only the named repositories, so that it
   * reaches no others than that session.
   */
  readonly isProjectCopied?: boolean;
  /** Labels that the session's machine must have. Defaults to those of the project. */
  readonly runsOn?: readonly string[] | null;
  readonly agentOptions?: AgentOptionsInput | null;
  readonly egress?: EgressSetting | null;
  readonly budgetMicroUsd?: number | null;
  /** Names of MCP connections. */
  readonly mcpServers?: readonly string[];
  /** True for a draft, which waits for its first message. */
  readonly isDraft?: boolean;
  readonly visibility?: Visibility;
  readonly richContent?: Session["richContent"];
  readonly sourcePullRequestId?: string;
  /** IDs of uploaded files for the first message. */
  readonly attachments?: readonly string[];
  /** Harness command for the first message. */
  readonly slashCommand?: SlashCommand | null;
}

/** Returns the ID of the API key or sign-in that sent the request, or null if the request has another origin. */
export function keyOf({ origin }: Pick<SessionRequest, "origin">): string | null {
  return origin.kind === "key" ? origin.keyId : null;
}

/** Returns the API request that caused the session, or null if none did. */
export function apiRequestOf({ origin }: Pick<SessionRequest, "origin">): RequestOrigin | null {
  if (origin.kind === "agentRun") return origin.run?.request ?? null;
  return origin.kind === "forge" ? null : origin.request;
}
