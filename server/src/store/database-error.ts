import { AppError } from "../core/base/index.ts";

const conflicts: Readonly<Record<string, string>> = {
  repositories_path_key: "This owner and name are already in use on this server. Choose another name.",
  repositories_external_key:
    "The integration has already connected this repository. Use the existing repository.",
  repositories_url_key: "A repository with this URL is already connected. Use the existing repository.",
  secrets_name_key:
    "The organization already has a secret with this key. Change that secret, or choose another key.",
  members_email_index:
    "A person with this email address is already a member of the organization or invited to it.",
  user_passwords_email_index:
    "Another person already signs in with this email address. Choose a different address.",
  organizations_slug_index: "Another organization already has this slug. Choose a different slug.",
  projects_name_index: "A project with this name already exists. Choose another name.",
  project_builds_pending_index: "A build of the project is already waiting. Use that build.",
  turns_active_key:
    "The session already has an active turn. Wait until the turn finishes, or stop the session.",
};

/** Translates known database errors into `AppError`. Returns any other error unchanged. */
export function translateError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  if (code === "TB001") return new AppError("fenced", `${error.message}.`, { cause: error });
  if (code === "TB002") return new AppError("not_found", `${error.message}.`, { cause: error });
  if (code === "TB003") {
    const advice = "Copy the master key file from a server that has the new key.";
    return new AppError("internal", `${error.message}. ${advice}`, { cause: error });
  }
  const sentence = code === "23505" && constraint !== undefined ? conflicts[constraint] : undefined;
  return sentence === undefined ? error : new AppError("conflict", sentence, { cause: error });
}
