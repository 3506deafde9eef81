import { undescribedRoute } from "./contract-sources.ts";
import { exampleAnswer, successStatusOf } from "./github-contract.ts";

export type Shown = { [key: string]: unknown };

/**
 * Returns GitHub's example of a successful response, or undefined if there is none. Corrects examples that are older than GitHub's own
 * description.
 */
export function shownAnswer(route: string): unknown {
  const shown = exampleAnswer(
    route === undescribedRoute ? "GET /repos/{owner}/{repo}" : (sameAs[route] ?? route),
  );
  for (const one of Array.isArray(shown) ? shown : [shown]) fix(one as Shown | undefined);
  return shown;
}

export const successStatus = (route: string): number =>
  route === undescribedRoute ? 200 : successStatusOf(route);

/** Routes whose example has the wrong form, each with a route whose example is correct. */
const sameAs: Readonly<Record<string, string>> = {
  "GET /repos/{owner}/{repo}/issues/{issue_number}": "POST /repos/{owner}/{repo}/issues",
};

function fix(one: Shown | undefined): void {
  if (typeof one !== "object" || one === null) return;
  for (const team of (one.requested_teams as Shown[] | undefined) ?? []) team.type = "organization";
  if (one.clone_url !== undefined) one.language = null;
  if (one.source !== undefined) (one.source as Shown).language = null;
  if (one.permission !== undefined && one.user) (one.user as Shown).role_name = "admin";
  const protection = one.protection as { required_status_checks?: Shown } | undefined;
  if (protection?.required_status_checks) protection.required_status_checks.checks = [];
}
