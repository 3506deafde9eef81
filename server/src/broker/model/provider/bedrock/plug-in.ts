import type { ModelProviderPlugIn } from "../plug-in.ts";
import { connectBedrock } from "./connect-bedrock.ts";

export const bedrock: ModelProviderPlugIn = {
  descriptor: {
    name: "bedrock",
    label: "Amazon Bedrock",
    families: ["anthropic"],
    keepsFamily: true,
    inferenceProvider: "AWSBedrock",
    credential: {
      noun: "credentials",
      fields: [
        {
          name: "accessKeyId",
          label: "Access key ID",
          kind: "secret",
          isRequired: true,
          setting: "awsBedrockAccessKeyId",
          variable: "AWS_BEDROCK_ACCESS_KEY_ID",
        },
        {
          name: "secretAccessKey",
          label: "Secret access key",
          kind: "secret",
          isRequired: true,
          setting: "awsBedrockSecretAccessKey",
          variable: "AWS_BEDROCK_SECRET_ACCESS_KEY",
        },
        {
          name: "region",
          label: "Region",
          kind: "text",
          isRequired: false,
          setting: "awsBedrockRegion",
          variable: "AWS_BEDROCK_REGION",
          // Amazon's first region.
          fallback: "us-east-1",
          format: {
            // The region becomes part of a host name, so it must not contain a character that ends a host name.
            pattern: /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/,
            fault: "is not an AWS region",
            example: "us-east-1",
          },
        },
      ],
    },
    mayNeedNoCredential: false,
    addresses: { baseUrl: { variable: "AWS_BEDROCK_BASE_URL", fallback: null } },
  },
  connect: connectBedrock,
};
