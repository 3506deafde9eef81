import type { APIErrorCode } from "@tembo-io/sdk";

/** Exit codes of the command. docs/guides/command-line.md contains the same table. */
export const exitCodes = {
  ok: { code: 0, meaning: "The command succeeded." },
  failed: { code: 1, meaning: "The command, the session's turn or the build failed." },
  usage: { code: 2, meaning: "The command line is not valid, or the server rejected a value." },
  notFound: { code: 3, meaning: "The object does not exist, or you have no access to it." },
  denied: { code: 4, meaning: "You are not logged in, or your API key lacks the permission." },
  conflict: { code: 5, meaning: "The object's state or a limit prevents the action." },
  unreachable: { code: 6, meaning: "The server does not respond, or cannot respond now." },
  interrupted: { code: 130, meaning: "Ctrl-C interrupted the command." },
  brokenPipe: { code: 141, meaning: "The reader of the output closed the pipe." },
} as const;

type ExitKind = keyof typeof exitCodes;

/** Exit codes by error code. The compiler requires an entry for each new error code. */
const kindOf: Readonly<Record<APIErrorCode, ExitKind>> = {
  invalid_input: "usage",
  invalid_id: "usage",
  malformed_request: "failed",
  unauthenticated: "denied",
  forbidden: "denied",
  confirmation_required: "denied",
  not_found: "notFound",
  method_not_allowed: "failed",
  conflict: "conflict",
  gone: "notFound",
  too_large: "conflict",
  unsupported_media_type: "failed",
  wrong_host: "failed",
  rate_limited: "conflict",
  limit_reached: "conflict",
  budget_reached: "conflict",
  unavailable: "unreachable",
  unreachable: "unreachable",
  fenced: "failed",
  internal: "failed",
  image_failed: "failed",
  harness_failed: "failed",
  service_failed: "failed",
  model_failed: "failed",
  model_key_rejected: "failed",
  goal_not_reached: "failed",
  git_failed: "failed",
  branch_not_found: "notFound",
  push_rejected: "failed",
  forge_failed: "failed",
  forge_unauthorized: "failed",
  sandbox_unavailable: "failed",
  layer_broken: "failed",
};

/** Returns the exit code for an error code. Returns 1 for no code, and for the codes of a newer server. */
export function exitCodeOf(code: string | null): number {
  const kind = code !== null && Object.hasOwn(kindOf, code) ? kindOf[code as APIErrorCode] : "failed";
  return exitCodes[kind].code;
}

/** Returns the table of exit codes for the documentation, in Markdown. */
export function exitCodeTable(): string {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return ["| exit code | meaning |", "|---|---|", ...rows].join("\n");
}
