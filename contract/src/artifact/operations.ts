import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as artifact from "./artifact.ts";

export const artifactOperations = {
  artifactList: {
    method: "GET",
    path: "/v1/artifacts",
    tier: "v1",
    summary: "List artifacts, newest first",
    description: "The response does not contain the artifacts' content.",
    query: artifact.artifactListQuery,
    status: 200,
    response: artifact.artifactList,
  },
  artifactCreate: {
    method: "POST",
    path: "/v1/artifacts",
    tier: "v1",
    summary: "Create an artifact",
    description: "Attaches a text or an uploaded file to a session.",
    body: artifact.artifactCreateBody,
    maxBodyBytes: 16 * 1024 * 1024,
    status: 201,
    response: artifact.artifactWithContent,
  },
  artifactRetrieve: {
    method: "GET",
    path: "/v1/artifacts/{artifactId}",
    tier: "v1",
    summary: "Retrieve an artifact with its content",
    params: artifact.artifactParams,
    status: 200,
    response: artifact.artifactWithContent,
  },
  artifactFile: {
    method: "GET",
    path: "/v1/artifacts/{artifactId}/file",
    tier: "tembo",
    summary: "Download an artifact's file",
    params: artifact.artifactParams,
    status: 200,
    responseType: "*/*",
  },
  artifactDelete: {
    method: "DELETE",
    path: "/v1/artifacts/{artifactId}",
    tier: "v1",
    summary: "Delete an artifact",
    params: artifact.artifactParams,
    status: 200,
    response: deleted,
  },
} as const satisfies Record<string, Operation>;
