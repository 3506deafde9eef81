import type { Operation } from "../operation.ts";
import * as repository from "./repository.ts";

/** What is worked on. */
export const repositoryOperations = {
  legacyRepositoryList: {
    method: "GET",
    path: "/repository/list",
    tier: "documented",
    summary: "List enabled repositories",
    status: 200,
    response: repository.legacyRepositoryList,
  },
  repositoryList: {
    method: "GET",
    path: "/v1/repositories",
    tier: "v1",
    summary: "List enabled repositories",
    query: repository.repositoryListQuery,
    status: 200,
    response: repository.repositoryList,
  },
  repositoryRetrieve: {
    method: "GET",
    path: "/v1/repositories/{repositoryId}",
    tier: "v1",
    summary: "Retrieve a repository",
    params: repository.repositoryParams,
    status: 200,
    response: repository.repository,
  },
  repositoryCreate: {
    method: "POST",
    path: "/v1/repositories",
    tier: "tembo",
    summary: "Create an empty repository on the local forge",
    body: repository.repositoryCreateBody,
    status: 201,
    response: repository.repository,
  },
  repositoryUpdate: {
    method: "PATCH",
    path: "/v1/repositories/{repositoryId}",
    tier: "tembo",
    summary: "Enable or disable a repository, or change how it is worked on",
    params: repository.repositoryParams,
    body: repository.repositoryUpdateBody,
    status: 200,
    response: repository.repository,
  },
} as const satisfies Record<string, Operation>;
