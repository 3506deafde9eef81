import type { EgressSetting, MessageAuthor } from "../../accounts/index.ts";
import type { MessageSource, SlashCommand } from "../message/message.ts";
import type { AgentOptionsInput } from "../session/read-agent-options.ts";
import type { SandboxSize } from "../session/sandbox-size.ts";
import type { Session, SessionSource, Visibility } from "../session/session.ts";

/** Origin of a session. It determines the author of the prompt and the owner of the session. */
export type SessionOrigin =
  /** A person or a program, with an API key. */
  | { readonly kind: "key"; readonly keyId: string }
  /** A run of a saved agent. The prompt has no author. */
  | { readonly kind: "agentRun" }
  /** The agent of another session. The new session has the same owner. */
  | {
      readonly kind: "session";
      readonly ownerKeyId: string | null;
      /** The author of the message that the other session works on; null if only a key is known. */
      readonly author: MessageAuthor | null;
    }
  /** A comment on a forge. */
  | {
      readonly kind: "forge";
      readonly source: SessionSource;
      readonly author: MessageAuthor;
      readonly messageSource: MessageSource;
      /** Id that the caller chooses, so that a repeated delivery creates the message once. */
      readonly messageId: string;
    };

/** A request for a session. Fields that are missing or null take the default of the person or the organization. */
export interface SessionRequest {
  readonly origin: SessionOrigin;
  /** Id that the client chooses; a new UUID by default. */
  readonly id?: string;
  /** The prompt. It may be empty only for a draft with a title, which waits for its first message. */
  readonly prompt: string;
  /** The title. By default, it is derived from the prompt until the harness names the session. */
  readonly title?: string;
  /** Text that follows the prompt in the first message. */
  readonly description?: string | null;
  /** The agent, in the form `harness:model[:provider]`. */
  readonly agent?: string | null;
  readonly repositoryUrls?: readonly string[];
  readonly repositoryIds?: readonly string[];
  readonly targetBranch?: string | null;
  readonly baseBranch?: string | null;
  readonly branchName?: string | null;
  /** Starting branch by repository id, used if that branch exists. */
  readonly baseBranches?: ReadonlyMap<string, string>;
  readonly sandboxSize?: SandboxSize | null;
  /** Options in the API's format. */
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
  /** Ids of uploaded files for the first message. */
  readonly attachments?: readonly string[];
  /** The command of the first message. */
  readonly slashCommand?: SlashCommand | null;
}
