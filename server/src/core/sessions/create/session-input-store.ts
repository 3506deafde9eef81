import type { ModelChoice } from "../../access/index.ts";
import type { Member, Organization, User } from "../../accounts/index.ts";
import type { Repository } from "../../forges/index.ts";
import type { Project } from "../project/project.ts";

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

export interface SessionInputs {
  readonly organization: Organization | null;
  /** ID of the owner of the key, even if the person was deleted, or null without a key. */
  readonly userId: string | null;
  readonly user: User | null;
  /** Membership of the owner of the key. */
  readonly member: Member | null;
  readonly modelChoices: readonly ModelChoice[];
  readonly providerCredentialNames: readonly string[];
  /** Repositories that were found, by the way in which the request names them. */
  readonly repositories: {
    readonly byId: readonly Repository[];
    readonly byUrlKey: readonly Repository[];
    readonly byPath: readonly Repository[];
    readonly byFullName: readonly Repository[];
  };
  /** Default projects for all found repositories, and for sizes, oldest first. */
  readonly repositoryDefaults: readonly Project[];
  readonly sizeDefaults: readonly Project[];
}

/** Queries for what new sessions refer to. */
export interface SessionInputQueries {
  /**
   * Reads in one statement what a new session of the organization usually refers to. Each part is what the query of the
   * same object returns.
   */
  read(organizationId: string, wanted: WantedInputs): Promise<SessionInputs>;
}
