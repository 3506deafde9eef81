import type { Operation } from "../operation.ts";
import * as model from "./model.ts";

export const modelOperations = {
  modelList: {
    method: "GET",
    path: "/v1/models",
    tier: "v1",
    summary: "List models",
    description: "Includes the organization's settings for each model.",
    query: model.catalogQuery,
    status: 200,
    response: model.modelList,
  },
  modelUpdate: {
    method: "PATCH",
    path: "/v1/models/{modelName}",
    tier: "v1",
    summary: "Update a model",
    description: "Enables or disables the model, or selects its provider.",
    params: model.modelParams,
    body: model.modelUpdateBody,
    status: 200,
    response: model.model,
  },
  modelProviderTest: {
    method: "POST",
    path: "/v1/model-providers/{modelProvider}/test",
    tier: "tembo",
    summary: "Test a model provider's credential",
    description:
      "Sends one request for the shortest response with the credential that sessions use. The provider may charge for it, and the usage does not include it.",
    params: model.modelProviderParams,
    status: 200,
    response: model.modelProviderTest,
  },
  runtimeList: {
    method: "GET",
    path: "/v1/runtimes",
    tier: "v1-latest",
    summary: "List harnesses",
    description: "Includes what each harness supports, and the models that it can use.",
    query: model.catalogQuery,
    status: 200,
    response: model.runtimeList,
  },
} as const satisfies Record<string, Operation>;
