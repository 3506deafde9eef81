import type { ModelChoice } from "../../access/index.ts";
import type { Member, Organization, User } from "../../accounts/index.ts";
import type { Repository } from "../../forges/index.ts";
import type { NewEvent } from "../event/event.ts";
import type { StartingMessage } from "../message/message.ts";
import type { Project } from "../project/project.ts";
import type { Session, SessionRepository } from "../session/session.ts";

/** Objects that the request for a new session refers to. */
export interface WantedInputs {
  /** ID of the API key or sign-in that sent the request, or null. */
  readonly keyId: string | null;
  readonly repositories: {
    readonly ids: readonly string[];
    /** Keys of the URLs of repositories on forges. */
    readonly urlKeys: readonly string[];
    /** Repositories of the built-in forge. */
    readonly paths: readonly { readonly owner: string; readonly name: string }[];
    readonly fullNames: readonly string[];
  };
}

export interface FoundRepository {
  readonly namedBy: "id" | "urlKey" | "path" | "fullName";
  /** ID in lower case, or the name as the request gives it. A path is `owner/name`. */
  readonly name: string;
  readonly repository: Repository;
}

export interface SessionInputs {
  readonly organization: Organization | null;
  /** ID of the owner of the key, even if the person was deleted, or null without a key. */
  readonly userId: string | null;
  readonly user: User | null;
  /** Membership of the owner of the key. */
  readonly member: Member | null;
  readonly modelChoices: readonly ModelChoice[];
  readonly providerCredentialNames: readonly string[];
  /** Repositories that were found, by ID. A repository appears once for each name that the request gives it. */
  readonly repositories: readonly FoundRepository[];
  /** Default projects for all found repositories, and for sizes, oldest first. */
  readonly repositoryDefaults: readonly Project[];
  readonly sizeDefaults: readonly Project[];
}

/** Other rows and values that a session is inserted with. */
export interface SessionStart {
  readonly reservedNumber?: number | null;
  /** Names of MCP connections. */
  readonly mcpServers?: readonly string[];
  /** First message, or null for a draft. Its turn is inserted too, with the number 1. */
  readonly message?: StartingMessage | null;
  /** First events, each with another key. */
  readonly events?: readonly NewEvent[];
}

/** Queries with which sessions are created. */
export interface NewSessionQueries {
  /**
   * Reads in one statement what a new session of the organization usually refers to. Each part is what the query of the
   * same object returns.
   */
  readInputs(organizationId: string, wanted: WantedInputs): Promise<SessionInputs>;
  /**
   * Inserts the session, its repositories and what it starts with, in one statement. The database assigns the session's
   * `number`, unless one was reserved. A repeated insert of the same session changes nothing. Throws `conflict` if
   * another session has the ID. Notifies no followers of the events, because a session without a row has none.
   */
  insert(
    session: Omit<Session, "number">,
    repositories: readonly SessionRepository[],
    start?: SessionStart,
  ): Promise<void>;
}
