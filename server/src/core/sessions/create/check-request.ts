import { AppError, refuseNul } from "../../base/index.ts";
import { type Repository, requireBranchName } from "../../forges/index.ts";
import type { SessionRequest } from "./session-request.ts";

/**
 * Validates the texts of the request. Throws `invalid_input` with the field if a string contains a NUL character, or if
 * the prompt is blank and the request is not for a draft with a title. Pure.
 */
export function checkRequest(request: SessionRequest): void {
  const { prompt, description, agent, slashCommand, isDraft, title } = request;
  refuseNul("prompt", prompt);
  refuseNul("description", description ?? null);
  refuseNul("agent", agent ?? null);
  refuseNul("slashCommand.command", slashCommand?.command ?? null);
  refuseNul("slashCommand.arguments", slashCommand?.arguments ?? null);
  if (prompt.trim() === "" && !(isDraft === true && title !== undefined)) {
    throw new AppError(
      "invalid_input",
      'The "prompt" (or the "description", if there is no "prompt") is empty. Describe the task.',
      { field: "prompt" },
    );
  }
}

/**
 * Throws `invalid_input` for a draft with attachments or a command, because it has no message to send them with. Pure.
 */
export function checkDraft({ isDraft, attachments = [], slashCommand }: SessionRequest): void {
  const field = attachments.length > 0 ? "attachments" : slashCommand != null ? "slashCommand" : null;
  if (isDraft !== true || field === null) return;
  throw new AppError(
    "invalid_input",
    `A draft has no message, so it cannot have "${field}". Send "${field}" with the first message.`,
  );
}

export function checkBranches({ targetBranch, baseBranch, branchName }: SessionRequest): void {
  for (const [field, name] of Object.entries({ targetBranch, baseBranch, branchName }))
    requireBranchName(field, name ?? null);
}

/** Throws `invalid_input` if the working branch is also the target branch in one of the repositories. Pure. */
export function checkOwnBranch(
  { branchName, targetBranch }: SessionRequest,
  repositories: readonly Repository[],
): void {
  if (branchName == null) return;
  const clash = repositories.find(({ defaultBranch }) => branchName === (targetBranch ?? defaultBranch));
  if (clash === undefined) return;
  throw new AppError(
    "invalid_input",
    `"branchName" ${JSON.stringify(branchName)} is the target branch of ${clash.owner}/${clash.name}. Use a separate branch for the work.`,
    { field: "branchName" },
  );
}
