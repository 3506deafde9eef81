import { AppError } from "../../../../core/base/index.ts";

/** What of a key file of Google Cloud is used. Where it says that tokens come from is not: the server decides whom it asks. */
export interface ServiceAccount {
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  readonly privateKeyId: string | null;
  readonly projectId: string | null;
}

/** Throws `invalid_input`, without a word of what it read. */
export function readServiceAccount(json: string): ServiceAccount {
  const fields = parse(json);
  const text = (name: string) => (typeof fields[name] === "string" ? (fields[name] as string) : null);
  const clientEmail = text("client_email");
  const privateKey = text("private_key");
  if (clientEmail === null || privateKey === null || !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey)) {
    throw new AppError(
      "invalid_input",
      'The service account of Vertex AI is not the JSON of a key of Google Cloud: it needs "client_email" and "private_key". Make a key for the account, and give the file\'s text whole.',
    );
  }
  return { clientEmail, privateKey, privateKeyId: text("private_key_id"), projectId: text("project_id") };
}

function parse(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    // Its sentence would repeat what it read; the caller says what is missing.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
