import { AppError } from "../../../../core/base/index.ts";

/**
 * Fields of a Google Cloud key file that the server uses. It ignores the file's token URL, because the server alone decides where it sends
 * requests.
 */
export interface ServiceAccount {
  readonly clientEmail: string;
  /** Private key in PEM format. */
  readonly privateKey: string;
  readonly privateKeyId: string | null;
  readonly projectId: string | null;
}

/**
 * Parses a key file. Throws `invalid_input` if the text is not JSON, or if `client_email` or a private key in PEM format is missing. The message
 * contains no data from the file.
 */
export function readServiceAccount(json: string): ServiceAccount {
  const fields = parse(json);
  const text = (name: string) => (typeof fields[name] === "string" ? (fields[name] as string) : null);
  const clientEmail = text("client_email");
  const privateKey = text("private_key");
  if (clientEmail === null || privateKey === null || !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey)) {
    throw new AppError(
      "invalid_input",
      'The Vertex AI service account is not a Google Cloud key in JSON format: "client_email" and "private_key" are required. Create a key for the account and paste the full contents of the key file.',
    );
  }
  return { clientEmail, privateKey, privateKeyId: text("private_key_id"), projectId: text("project_id") };
}

function parse(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    // The parser's message would repeat its input. The caller reports the missing fields.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
