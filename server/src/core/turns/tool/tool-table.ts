import type { ToolTable } from "./tool-call.ts";
import { createArtifact, uploadFile } from "./tools/artifact-tools.ts";
import { createChildSession } from "./tools/create-child-session.ts";
import { getServices } from "./tools/get-services.ts";
import { merge } from "./tools/merge.ts";
import { askUser, respondToUser, setTitle } from "./tools/person-tools.ts";
import { publishPort, unpublishPort } from "./tools/preview-tools.ts";
import { replyToReviewThread } from "./tools/reply-to-review-thread.ts";
import { commit, createPullRequest, listRepositories } from "./tools/repository-tools.ts";
import { setVmKeepAlive } from "./tools/set-vm-keep-alive.ts";
import { getAgentState, setAgentState } from "./tools/state-tools.ts";
import { takeScreenshot } from "./tools/take-screenshot.ts";

export const toolTable: ToolTable = {
  list_repositories: listRepositories,
  commit,
  merge,
  create_pull_request: createPullRequest,
  createArtifact,
  uploadFile: uploadFile as ToolTable["uploadFile"],
  take_screenshot: takeScreenshot,
  getAgentState,
  setAgentState,
  setVmKeepAlive,
  publish_port: publishPort,
  get_services: getServices,
  unpublish_port: unpublishPort,
  respond_to_user: respondToUser,
  reply_to_review_thread: replyToReviewThread,
  ask_user: askUser,
  create_child_session: createChildSession,
  set_title: setTitle,
};
