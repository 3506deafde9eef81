import type { PullRequestFilter } from "../../../core/forges/index.ts";
import type { Conditions } from "../page.ts";

type Inbox = NonNullable<PullRequestFilter["inbox"]>;

export const returned = `reviewers @> '[{"state": "changesRequested"}]'`;
export const approved = `reviewers @> '[{"state": "approved"}]'`;

/**
 * Adds the conditions of an inbox group. Groups are mutually exclusive: an open pull request that waits for the person
 * is only in `returned` or `needsReview`.
 */
export function addInbox(where: Conditions, { group, userId }: Inbox): void {
  if (group === "merged" || group === "closed") {
    where.add("status = $", group);
    return;
  }
  const person = where.value(userId);
  const isReturned = `(${returned} and ${isOwnedBy(person)})`;
  const isAwaited = `(reviewers @> '[{"state": "awaiting"}]' and ${awaits(person)})`;
  const others = `not ${isReturned} and not ${isAwaited}`;
  const isApproved = `(${approved} and not ${returned})`;
  const conditions: Record<typeof group, string> = {
    returned: isReturned,
    needsReview: `${isAwaited} and not ${isReturned}`,
    draft: `is_draft and ${others}`,
    approved: `not is_draft and ${isApproved} and ${others}`,
    open: `not is_draft and not ${isApproved} and ${others}`,
  };
  where.also("status = 'open'").also(conditions[group]);
}

/** Matches a pull request that the person opened, or whose session the person created. */
const isOwnedBy = (
  person: string,
) => `(exists (select from sessions s join api_keys k on k.id = s.created_by_key
    where s.id = pull_requests.session_id and k.user_id = ${person})
  or ${isPerson("pull_requests.author", person)})`;

const awaits = (person: string) => `exists (select from jsonb_array_elements(reviewers) reviewer
  where reviewer ->> 'state' = 'awaiting' and ${isPerson("(reviewer -> 'user')", person)})`;

/**
 * Matches a person: on the built-in forge by their API keys, and on other forges by the login that they entered. The
 * comparison of logins is case-insensitive.
 */
const isPerson = (
  user: string,
  person: string,
) => `exists (select from repositories r where r.id = pull_requests.repository_id and case when r.forge = 'local'
    then ${user} ->> 'id' in (select k.forge_number::text from api_keys k
      where k.user_id = ${person} and k.organization_id = r.organization_id)
    else exists (select from forge_names n where n.user_id = ${person} and n.integration_id = r.integration_id
      and lower(n.login) = lower(${user} ->> 'login')) end)`;
