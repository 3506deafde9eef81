import type { RestReply, RestRequest } from "../../testing/rest-server.ts";
import type { Access } from "./fake-gitea.ts";
import type { Account } from "./gitea-records.ts";

/** Account that sends the request, with the account's permission in the repository. */
export interface Asker {
  readonly account: Account;
  readonly access: Access | null;
}

export type GiteaHandler = (request: RestRequest, asker: Asker) => RestReply | Promise<RestReply>;

export const refuse = (status: number, message: string): RestReply => ({
  status,
  body: { message, url: "http://localhost/api/swagger" },
});
export const notFound = () => refuse(404, "The target couldn't be found.");

/** Returns a page of a list, numbered as on Gitea, with at most 50 items. */
export function page(all: readonly unknown[], { query }: RestRequest): RestReply {
  const limit = Math.min(50, Number(query.get("limit") ?? 30));
  const from = (Number(query.get("page") ?? 1) - 1) * limit;
  return {
    status: 200,
    body: all.slice(from, from + limit),
    headers: { "x-total-count": String(all.length) },
  };
}

export const mayWrite = ({ access }: Asker) => access === "admin" || access === "write";
