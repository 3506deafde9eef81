import type { EgressSetting, MessageAuthor } from "../../accounts/index.ts";
import type { MessageSource, SlashCommand } from "../message/message.ts";
import type { AgentOptionsInput } from "../session/read-agent-options.ts";
import type { SandboxSize } from "../session/sandbox-size.ts";
import type { Session, SessionSource, Visibility } from "../session/session.ts";

/** The origin of a session. It decides who is the author of the prompt and who owns the session. */
export type SessionOrigin =
  /** A person or a program, with an API key. */
  | { readonly kind: "key"; readonly keyId: string }
  /** A run of a saved agent. The prompt has no author. */
  | { readonly kind: "agentRun" }
  /** The agent of another session, whose owner the new session gets. */
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
      /** Chosen by the caller, so that a repeated delivery creates the message once. */
      readonly messageId: string;
    };

/** A request for a session. A field that is missing or null takes the person's or the organization's default. */
export interface SessionRequest {
  readonly origin: SessionOrigin;
  /** Chosen by the client; a new UUID by default. */
  readonly id?: string;
  /** Empty only for a draft with a title, which waits for its first message. */
  readonly prompt: string;
  /** Made from the prompt by default, until the harness names the session. */
  readonly title?: string;
  /** Follows the prompt in the first message. */
  readonly description?: string | null;
  /** `harness:model[:provider]`. */
  readonly agent?: string | null;
  readonly repositoryUrls?: readonly string[];
  readonly repositoryIds?: readonly string[];
  readonly targetBranch?: string | null;
  readonly baseBranch?: string | null;
  readonly branchName?: string | null;
  /** The branch that a repository starts from, by repository id, where that branch exists. */
  readonly baseBranches?: ReadonlyMap<string, string>;
  readonly sandboxSize?: SandboxSize | null;
  /** As the API takes them. */
  readonly agentOptions?: AgentOptionsInput | null;
  readonly egress?: EgressSetting | null;
  readonly budgetMicroUsd?: number | null;
  /** Names of MCP connections. */
  readonly mcpServers?: readonly string[];
  /** A draft waits for its first message. */
  readonly isDraft?: boolean;
  readonly visibility?: Visibility;
  readonly richContent?: Session["richContent"];
  readonly sourcePullRequestId?: string;
  /** Ids of uploaded files that go with the first message. */
  readonly attachments?: readonly string[];
  /** Of the first message. */
  readonly slashCommand?: SlashCommand | null;
}
