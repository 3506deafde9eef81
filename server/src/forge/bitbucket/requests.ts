import type { paths } from "@coderabbitai/bitbucket/cloud/openapi";

// Request bodies from Bitbucket's OpenAPI description.

type Sent<T> = T extends {
  readonly requestBody?: { readonly content: { readonly "application/json": infer B } };
}
  ? B
  : never;

export type NewPull = Sent<paths["/repositories/{workspace}/{repo_slug}/pullrequests"]["post"]>;
export type PullEdit = Sent<
  paths["/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}"]["put"]
>;
export type Merge = Sent<
  paths["/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge"]["post"]
>;
export type NewComment = Sent<
  paths["/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments"]["post"]
>;
