import type { RestReply, RestRequest } from "../../testing/rest-server.ts";
import type { Account } from "./bitbucket-records.ts";
import type { Access } from "./fake-bitbucket.ts";
import { compileQuery } from "./query-language.ts";

/** Account that sends the request, with the account's permission in the repository. */
export interface Asker {
  readonly account: Account;
  readonly access: Access | null;
}

export type BitbucketHandler = (request: RestRequest, asker: Asker) => RestReply | Promise<RestReply>;

export const refuse = (status: number, message: string, more: object = {}): RestReply => ({
  status,
  body: { type: "error", error: { message, ...more } },
});
export const notFound = (what = "Resource") => refuse(404, `${what} not found`);
export const mayWrite = ({ access }: Asker) => access === "admin" || access === "write";
export const noRight = () => refuse(403, "Your credentials lack the required permission on this repository.");

/** Returns a page of the items that match the query `q`, with the URL of the next page. Rejects an invalid query. */
export function page(all: readonly unknown[], request: RestRequest): RestReply {
  const isWanted = compileQuery(request.query.get("q") ?? "");
  if (isWanted === null) return refuse(400, `Invalid query: ${request.query.get("q")}`);
  const found = all.filter(isWanted);
  const length = Math.min(100, Number(request.query.get("pagelen") ?? 10));
  const number = Number(request.query.get("page") ?? 1);
  const values = found.slice((number - 1) * length, number * length);
  const next = new URL(request.url, `http://${request.headers.host}`);
  next.searchParams.set("page", String(number + 1));
  const isLast = number * length >= found.length;
  return {
    status: 200,
    body: { pagelen: length, page: number, size: found.length, values, ...(isLast ? {} : { next }) },
  };
}
