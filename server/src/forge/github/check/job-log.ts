import { AppError, withReason } from "../../../core/base/index.ts";
import type { ForgeCheck, RepositoryRef } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { readTail } from "../../../runtime/read-bounded.ts";
import type { GithubClient } from "../api/client.ts";
import { absentAsNull } from "../api/refusal.ts";
import { named } from "../repository/named.ts";

const timeoutMs = 60_000;
/** Maximum size of a log. A larger log results in an error. */
const maxReadBytes = 500_000_000;

/**
 * Returns the end of a job's log. GitHub redirects to a storage URL, which requires no token and must not receive it. Returns null for
 * expired logs, and for checks that are not jobs of GitHub Actions.
 */
export async function jobLog(
  client: GithubClient,
  ref: RepositoryRef,
  input: { readonly check: ForgeCheck; readonly maxBytes: number; readonly fetch: OutboundFetch },
): Promise<string | null> {
  const { check, maxBytes, fetch } = input;
  if (check.kind !== "job") return null;
  const what = `read the log of "${check.name}" in ${named(ref)}`;
  const asked = client.askIn(ref, what, async (request, path) => {
    const answer = await request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", {
      ...path,
      job_id: Number(check.id),
    });
    // An Enterprise Server without log storage returns the log itself.
    return answer.headers.location === undefined
      ? { text: String(answer.data) }
      : { url: answer.headers.location };
  });
  const found = await absentAsNull<{ readonly url?: string; readonly text?: string }>(asked, [404, 410]);
  if (found === null) return null;
  const tooLong = () => new Error(`it is larger than ${maxReadBytes} bytes`);
  const limits = { maxBytes, maxReadBytes, tooLong };
  try {
    if (found.url === undefined) return await readTail(new Response(found.text).body, limits);
    const storage = URL.parse(found.url, client.apiUrl);
    if (storage === null) throw new Error("it redirects to an invalid URL");
    const response = await fetch(storage, {
      namedBy: client.apiUrl,
      redirect: "follow",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 404 || response.status === 410) return null;
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await readTail(response.body, limits);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("forge_failed", `${withReason(`GitHub could not ${what}`, cause)} Try again.`, {
      cause,
    });
  }
}
