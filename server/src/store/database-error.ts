import { AppError } from "../core/base/index.ts";

const conflicts: Readonly<Record<string, string>> = {
  repositories_path_key: "A repository with this owner and name is connected already. Choose another name.",
  repositories_external_key: "This repository of the integration is connected already. Use that one.",
  repositories_url_key: "A repository is connected under this URL already. Use that one.",
  secrets_name_key:
    "The organization has a secret of this key already. Change that one, or choose another key.",
  members_email_index: "Who has this address is of the organization, or invited, already.",
  user_passwords_email_index: "Another person signs in with this address. Choose another one.",
  organizations_slug_index: "Another organization has this slug. Choose another one.",
  turns_active_key: "The session has an active turn already. Wait until it ends, or stop it.",
};

/** Translates errors of the database into the product's errors. Returns any other error unchanged. */
export function translateError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  if (code === "TB001") return new AppError("fenced", `${error.message}.`, { cause: error });
  if (code === "TB002") return new AppError("not_found", `${error.message}.`, { cause: error });
  const sentence = code === "23505" && constraint !== undefined ? conflicts[constraint] : undefined;
  return sentence === undefined ? error : new AppError("conflict", sentence, { cause: error });
}
