import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { apiUrl } from "../shapes/user.ts";
import { ApiRefusal } from "./refusal.ts";
import type { ApiAnswer } from "./route.ts";

const goodForMs = 60_000;

export interface LogStorage {
  /** Returns a URL that provides access to the log for one minute, without a token. */
  signedUrl(repository: LocalRepository, checkId: number): string;
  /** Returns the log, or null if the path is not that of a log. Throws an `ApiRefusal` if the URL has expired or the log does not exist. */
  open(path: string, query: URLSearchParams): Promise<ApiAnswer | null>;
}

/**
 * Serves job logs at signed URLs, like the log storage that GitHub redirects to. Requests need no token, because only authenticated clients receive
 * the URLs. URLs are signed with a key of this process. They need not be stored, and become invalid when the process exits.
 */
export function createLogStorage(context: LocalContext): LogStorage {
  const key = randomBytes(32);
  const sign = (text: string) => createHmac("sha256", key).update(text).digest("base64url");

  return {
    signedUrl({ id }, checkId) {
      const path = `storage/logs/${id}/${checkId}`;
      const until = String(context.clock.now().getTime() + goodForMs);
      const query = new URLSearchParams({ until, signature: sign(`${path} ${until}`) });
      return `${apiUrl(context, path)}?${query}`;
    },

    async open(asked, query) {
      const [, path, repositoryId, checkId] =
        /^\/(storage\/logs\/([^/]+)\/([1-9]\d{0,8}))$/.exec(asked) ?? [];
      if (path === undefined) return null;
      const until = query.get("until") ?? "";
      const [expected, given] = [sign(`${path} ${until}`), query.get("signature") ?? ""].map((text) =>
        Buffer.from(text),
      );
      const isSigned = given!.length === expected!.length && timingSafeEqual(given!, expected!);
      if (!isSigned || Number(until) < context.clock.now().getTime())
        throw new ApiRefusal(403, "This URL is invalid or has expired. Request the log again.");
      const check = await context.records.checks.find(repositoryId!, Number(checkId));
      if (check === null || check.log === null) throw new ApiRefusal(404, "Not Found");
      return { status: 200, body: check.log };
    },
  };
}
