import { maxWorkspaceFileBytes } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { sessionParams } from "../session/session.ts";
import * as file from "./workspace-file.ts";

const workspace = "/v1/sessions/{sessionId}/workspace";
const available =
  "Available while the workspace is on this server or its sandbox is running. Otherwise rejected with 409.";

/** Operations for the files in the workspace of a session. */
export const workspaceFileOperations = {
  workspaceTreeList: {
    method: "GET",
    path: `${workspace}/tree`,
    tier: "tembo",
    summary: "List a folder of the session's workspace, folders first",
    description: available,
    params: sessionParams,
    query: file.workspaceTreeQuery,
    status: 200,
    response: file.workspaceTree,
  },
  workspaceFileRetrieve: {
    method: "GET",
    path: `${workspace}/file`,
    tier: "tembo",
    summary: "Retrieve a text file from the session's workspace",
    description: available,
    params: sessionParams,
    query: file.workspaceFileQuery,
    status: 200,
    response: file.workspaceFile,
  },
  workspaceFileUpdate: {
    method: "PUT",
    path: `${workspace}/file`,
    tier: "tembo",
    summary: "Save a text file in the session's workspace",
    description:
      "Replaces the content of an existing file. The sandbox must be running. The agent learns about the change with its next message, and the next turn commits it.",
    params: sessionParams,
    body: file.workspaceFileUpdateBody,
    // JSON may need six bytes for one character.
    maxBodyBytes: 6 * maxWorkspaceFileBytes + 64 * 1024,
    status: 200,
    response: file.savedWorkspaceFile,
  },
} as const satisfies Record<string, Operation>;
