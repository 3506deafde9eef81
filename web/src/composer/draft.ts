import type { EgressSetting, Session, SessionCreateBody, SessionPrepareBody } from "@tembo-io/sdk";
import { type Command, splitCommand } from "../completion/split-command.ts";
import type { Attached } from "./use-attachments.ts";

/** Value of `projectId` for a session without a project. */
export const NO_PROJECT = "none";

/** Values that the user entered for a new session. An empty string means the server's default. */
export interface Draft {
  readonly prompt: string;
  /** ID of the project, `NO_PROJECT`, or empty for the default project. */
  readonly projectId: string;
  readonly repositoryIds: readonly string[];
  readonly baseBranch: string;
  readonly targetBranch: string;
  readonly branchName: string;
  readonly harness: string;
  readonly model: string;
  readonly reasoningLevel: string;
  readonly mode: "normal" | "planning";
  readonly sandboxSize: "" | NonNullable<Session["sandboxSize"]>;
  /** Labels that the machine must have. None means those of the project. */
  readonly runsOn: readonly string[];
  readonly egress: "" | Exclude<EgressSetting["preset"], "custom">;
  readonly budgetUsd: string;
  readonly visibility: Session["visibility"];
  readonly attachments: readonly Attached[];
  /** Agent of each attempt as `harness[:model]`, or empty for that of the session. None for a single session. */
  readonly attempts: readonly string[];
}

/** Settings that are remembered for each repository. */
export type Choices = Pick<
  Draft,
  "baseBranch" | "harness" | "model" | "reasoningLevel" | "mode" | "sandboxSize" | "egress"
>;

export const emptyChoices: Choices = {
  baseBranch: "",
  harness: "",
  model: "",
  reasoningLevel: "",
  mode: "normal",
  sandboxSize: "",
  egress: "",
};

export const emptyDraft: Draft = {
  ...emptyChoices,
  prompt: "",
  projectId: "",
  repositoryIds: [],
  targetBranch: "",
  branchName: "",
  runsOn: [],
  budgetUsd: "",
  visibility: "public",
  attachments: [],
  attempts: [],
};

/** Returns the request body for a draft. Pure. */
export function toSessionBody(
  draft: Draft,
  queueRightAway: boolean,
  commands: readonly Command[] = [],
): SessionCreateBody {
  const { budgetUsd, attachments } = draft;
  // A session saved as a draft has no message yet, so a command cannot be attached.
  const { content, ...command } = queueRightAway
    ? splitCommand(draft.prompt, commands)
    : { content: draft.prompt };
  return {
    prompt: content,
    ...command,
    queueRightAway,
    visibility: draft.visibility,
    ...toSessionOptions(draft),
    ...(budgetUsd !== "" && { budgetUsd: Number(budgetUsd) }),
    ...(draft.attempts.length > 1 && {
      attempts: draft.attempts.map((agent) => (agent === "" ? {} : { agent })),
    }),
    ...(attachments.length > 0 && { attachments: attachments.map(({ id }) => id) }),
  };
}

/** Returns the options of the session, which are known before its prompt. Pure. */
export function toSessionOptions(draft: Draft): SessionPrepareBody {
  const { harness, model, reasoningLevel, mode, sandboxSize, runsOn, egress } = draft;
  const agentOptions = {
    ...(mode === "planning" && { mode }),
    ...(reasoningLevel !== "" && { reasoningLevel }),
  };
  return {
    ...(draft.projectId !== "" && { projectId: draft.projectId === NO_PROJECT ? null : draft.projectId }),
    ...(draft.repositoryIds.length > 0 && { codeRepoIds: [...draft.repositoryIds] }),
    ...(draft.baseBranch.trim() !== "" && { baseBranch: draft.baseBranch.trim() }),
    ...(draft.targetBranch.trim() !== "" && { targetBranch: draft.targetBranch.trim() }),
    ...(draft.branchName.trim() !== "" && { branchName: draft.branchName.trim() }),
    ...(harness !== "" && { agent: model === "" ? harness : `${harness}:${model}` }),
    ...(Object.keys(agentOptions).length > 0 && { agentOptions }),
    ...(sandboxSize !== "" && { sandboxSize }),
    ...(runsOn.length > 0 && { runsOn: [...runsOn] }),
    ...(egress !== "" && { egress: { preset: egress, allow: [] } }),
  };
}

/**
 * Parses a stored draft. Uses the empty value for fields that are missing or have another type, for example in a draft
 * from an older version. Pure.
 */
export function readDraft(kept: string | null): Draft {
  if (kept === null) return emptyDraft;
  try {
    const given = JSON.parse(kept) as Record<string, unknown>;
    const fields = Object.entries(emptyDraft).map(([name, empty]) => {
      const value = given[name];
      const isSame = typeof value === typeof empty && Array.isArray(value) === Array.isArray(empty);
      return [name, isSame ? value : empty];
    });
    return Object.fromEntries(fields) as Draft;
  } catch {
    return emptyDraft;
  }
}

/** Returns true if the draft has text or files that a person would miss. Pure. */
export const hasWork = ({ prompt, attachments }: Draft) => prompt !== "" || attachments.length > 0;
