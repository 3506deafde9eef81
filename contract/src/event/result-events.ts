import { z } from "zod";
import { uuid } from "../common.ts";
import { cutText, defineEvent } from "./define-event.ts";

const repository = z.string().describe("The folder of the repository in the workspace.");
const pullRequest = {
  repository,
  number: z.int().positive(),
  url: z.string().describe("URL of the pull request's page."),
  title: z.string(),
};
const count = z.int().min(0);

/** Events about the results of the work. */
export const resultEvents = [
  defineEvent("hook.finished", "A command from the repository's settings finished.", {
    hook: z.enum(["setupScript", "prePush"]),
    repository,
    command: z.string(),
    exitCode: z.int(),
    output: cutText("The end of the output."),
  }),
  defineEvent(
    "commit.created",
    "Changes were committed. The counts cover the changes since the turn's previous commit on the branch, or since the head of the branch when the turn began.",
    {
      repository,
      branch: z.string(),
      sha: z.string(),
      additions: count,
      deletions: count,
      changedFiles: count,
    },
  ),
  defineEvent("branch.pushed", "A branch was pushed to the forge.", {
    repository,
    branch: z.string(),
    sha: z.string(),
  }),
  defineEvent("pullRequest.opened", "A pull request was opened.", pullRequest),
  defineEvent(
    "pullRequest.updated",
    "The pull request received new commits, a new title or a new description.",
    pullRequest,
  ),
  defineEvent("artifact.created", "A document or a file was saved as a session artifact.", {
    artifactId: uuid,
    artifactType: z.enum(["Response", "File"]),
    title: z.string(),
    contentType: z
      .string()
      .optional()
      .describe("Content type of a file, such as `image/png`. Absent for a document."),
  }),
] as const;
