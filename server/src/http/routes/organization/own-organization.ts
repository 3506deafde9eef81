import { AppError } from "../../../core/base/index.ts";

/** The organization of the key, when the path names no other: whether those exist is not told. Throws `not_found`. */
export function ownOrganization(request: {
  readonly organizationId: string;
  readonly params: { readonly organizationId: string };
}): string {
  const asked = request.params.organizationId;
  if (asked.toLowerCase() === request.organizationId) return request.organizationId;
  throw new AppError("not_found", `There is no organization ${JSON.stringify(asked.slice(0, 100))}.`);
}
