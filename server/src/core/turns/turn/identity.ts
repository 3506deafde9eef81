import type { GitIdentity } from "../../forges/index.ts";
import type { Message } from "../../sessions/index.ts";

/** Committer of what the platform commits, and author where no person is known. */
export const temboIdentity: GitIdentity = { name: "Tembo", email: "tembo@users.noreply.localhost" };

/** Whose work a turn's commits are: whoever asked for it, as far as that is known. */
export function authorOf({ author }: Pick<Message, "author">): GitIdentity {
  if (author === null) return temboIdentity;
  const email = author.email.replaceAll(unfit, "").replaceAll(/\s/g, "");
  const name = plainName(author.name) || plainName(author.login ?? "");
  return name === "" || !email.includes("@") ? temboIdentity : { name, email };
}

/** What stands last in a commit's message (git-interpret-trailers(1)); forges show the second as a further author. */
export function trailersOf(session: { readonly id: string }, author: GitIdentity): string {
  const trailers = [`Tembo-Session: ${session.id}`];
  if (author.email !== temboIdentity.email)
    trailers.push(`Co-authored-by: ${temboIdentity.name} <${temboIdentity.email}>`);
  return trailers.join("\n");
}

/** So that whoever commits inside the sandbox need not ask who it is, and is taken for the same as the host. */
export function gitEnvironmentOf(message: Pick<Message, "author">): Readonly<Record<string, string>> {
  const author = authorOf(message);
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: temboIdentity.name,
    GIT_COMMITTER_EMAIL: temboIdentity.email,
  };
}

/** Ends a line or an address in a commit's header. */
const unfit = /[\u0000-\u001f\u007f<>]/g;

/** Git strips what stands around a name, and refuses one of which nothing is left. */
function plainName(name: string): string {
  const plain = name.toWellFormed().replaceAll(unfit, " ").replaceAll(/\s+/g, " ");
  return plain.replace(/^[\s.,:;"'\\]+/, "").replace(/[\s.,:;"'\\]+$/, "");
}
