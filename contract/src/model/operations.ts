import type { Operation } from "../operation.ts";
import * as model from "./model.ts";

/** Models and harnesses for sessions. */
export const modelOperations = {
  modelList: {
    method: "GET",
    path: "/v1/models",
    tier: "v1",
    summary: "List the models of the catalog, and what the organization decided about each",
    query: model.catalogQuery,
    status: 200,
    response: model.modelList,
  },
  modelUpdate: {
    method: "PATCH",
    path: "/v1/models/{modelName}",
    tier: "v1",
    summary: "Enable or disable a model, or choose who answers for it",
    params: model.modelParams,
    body: model.modelUpdateBody,
    status: 200,
    response: model.model,
  },
  runtimeList: {
    method: "GET",
    path: "/v1/runtimes",
    tier: "v1-latest",
    summary: "List the harnesses, with what each can do and the models it can use",
    query: model.catalogQuery,
    status: 200,
    response: model.runtimeList,
  },
} as const satisfies Record<string, Operation>;
