import { AppError } from "../../../core/base/index.ts";

/** Returns the ID of the caller's organization. Throws `not_found` if the path contains any other ID, even if an organization with this ID exists. */
export function ownOrganization(request: {
  readonly organizationId: string;
  readonly params: { readonly organizationId: string };
}): string {
  const asked = request.params.organizationId;
  if (asked.toLowerCase() === request.organizationId) return request.organizationId;
  throw new AppError("not_found", `Organization ${JSON.stringify(asked.slice(0, 100))} was not found.`);
}
