import type { ProviderCredential } from "../../../../core/access/index.ts";
import { AppError } from "../../../../core/base/index.ts";
import type { ModelProviderPlugIn } from "../plug-in.ts";
import { connectVertex } from "./connect-vertex.ts";
import { readServiceAccount } from "./service-account.ts";

/** Matches a project ID, which becomes part of a path. */
const projectId = /^[a-z][a-z0-9:.-]{3,99}$/;

export const vertex: ModelProviderPlugIn = {
  descriptor: {
    name: "vertex",
    label: "Google Vertex AI",
    families: ["anthropic", "gemini"],
    keepsFamily: true,
    inferenceProvider: "GCPVertexAI",
    credential: {
      noun: "credentials",
      fields: [
        {
          name: "serviceAccountJson",
          label: "Service account key (JSON)",
          kind: "secretText",
          isRequired: true,
          setting: "gcpVertexAiServiceAccountJson",
          variable: "GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON",
          validate: (json) => void readServiceAccount(json),
        },
        {
          name: "project",
          label: "Project",
          kind: "text",
          isRequired: false,
          setting: "gcpVertexAiProject",
          variable: "GCP_VERTEX_AI_PROJECT",
          format: {
            pattern: projectId,
            fault: "is not a Google Cloud project ID",
            example: "my-project-123",
          },
        },
        {
          name: "location",
          label: "Location",
          kind: "text",
          isRequired: false,
          setting: "gcpVertexAiLocation",
          variable: "GCP_VERTEX_AI_LOCATION",
          fallback: "global",
          format: {
            // The location becomes part of a host name, so it must not contain a character that ends a host name.
            pattern: /^[a-z]+(-[a-z]+\d{1,2})?$/,
            fault: "is not a Google Cloud location",
            example: "global or us-east5",
          },
        },
      ],
      complete: withProject,
    },
    mayNeedNoCredential: false,
    addresses: {
      baseUrl: { variable: "GCP_VERTEX_AI_BASE_URL", fallback: null },
      tokenUrl: { variable: "GCP_VERTEX_AI_TOKEN_URL", fallback: "https://oauth2.googleapis.com/token" },
    },
  },
  connect: connectVertex,
};

/**
 * Adds the service account's own project if none is set. Throws `invalid_input` if the service account cannot be parsed, or if the resulting
 * project ID is missing or not valid.
 */
function withProject(credential: ProviderCredential): ProviderCredential {
  const account = readServiceAccount(credential.serviceAccountJson ?? "");
  const project = credential.project ?? account.projectId;
  if (project !== null && projectId.test(project)) return { ...credential, project };
  throw new AppError(
    "invalid_input",
    "The Vertex AI service account has no project ID. Set the project ID as well.",
  );
}
