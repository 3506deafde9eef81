import type { Operation } from "../operation.ts";
import * as artifact from "./artifact.ts";

/** What sessions made beside their pull requests. */
export const artifactOperations = {
  artifactList: {
    method: "GET",
    path: "/v1/artifacts",
    tier: "v1",
    summary: "List artifacts, newest first, without their content",
    query: artifact.artifactListQuery,
    status: 200,
    response: artifact.artifactList,
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
    summary: "Download the file of an artifact that is one",
    params: artifact.artifactParams,
    status: 200,
    responseType: "*/*",
  },
} as const satisfies Record<string, Operation>;
