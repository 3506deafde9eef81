import type { GitIdentity } from "../../forges/index.ts";
import type { Message } from "../../sessions/index.ts";

/** Committer of Tembo's commits, and their author if no person is known. */
export const temboIdentity: GitIdentity = { name: "Tembo", email: "tembo@users.noreply.localhost" };

/**
 * Returns the author of a turn's commits: the person who requested the work, or Tembo if that person is unknown or has
 * no usable name or email address.
 */
export function authorOf({ author }: Pick<Message, "author">): GitIdentity {
  if (author === null) return temboIdentity;
  const email = author.email.replaceAll(unfit, "").replaceAll(/\s/g, "");
  const name = plainName(author.name) || plainName(author.login ?? "");
  return name === "" || !email.includes("@") ? temboIdentity : { name, email };
}

/**
 * Returns the trailers for a commit message (git-interpret-trailers(1)). Unless Tembo is the author, the second trailer
 * credits Tembo as a co-author.
 */
export function trailersOf(session: { readonly id: string }, author: GitIdentity): string {
  const trailers = [`Tembo-Session: ${session.id}`];
  if (author.email !== temboIdentity.email)
    trailers.push(`Co-authored-by: ${temboIdentity.name} <${temboIdentity.email}>`);
  return trailers.join("\n");
}

/**
 * Returns environment variables with the git identity, so that programs inside the sandbox commit with the same
 * identity as the host without any configuration.
 */
export function gitEnvironmentOf(message: Pick<Message, "author">): Readonly<Record<string, string>> {
  const author = authorOf(message);
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: temboIdentity.name,
    GIT_COMMITTER_EMAIL: temboIdentity.email,
  };
}

/** Characters that would end a line or an address in a commit header. */
const unfit = /[\u0000-\u001f\u007f<>]/g;

/**
 * Replaces control characters and angle brackets with spaces, collapses whitespace, and trims the characters that git
 * strips from both ends of a name. Git rejects a name that is empty after this.
 */
function plainName(name: string): string {
  const plain = name.toWellFormed().replaceAll(unfit, " ").replaceAll(/\s+/g, " ");
  return plain.replace(/^[\s.,:;"'\\]+/, "").replace(/[\s.,:;"'\\]+$/, "");
}
