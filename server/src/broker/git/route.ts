import type { IncomingMessage } from "node:http";
import type { GitBrokerRepository } from "../../core/turns/index.ts";
import { Refusal } from "./read-body.ts";

export type GitService = "git-upload-pack" | "git-receive-pack";

export interface GitRoute {
  readonly repository: GitBrokerRepository;
  readonly service: GitService;
  /** What the remote offers is asked for, by GET; else the service itself, by POST. */
  readonly isAdvertisement: boolean;
  /** `version=2`, where the client asked for it. */
  readonly protocol: string | undefined;
}

const address = /^(\/.+)\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const protocolHeader = /^version=[0-2]$/;

/** Addresses are taken as they stand: no escape becomes a slash or a dot. Throws a `Refusal` for all but git's smart HTTP protocol. */
export function routeOf(request: IncomingMessage, repositories: readonly GitBrokerRepository[]): GitRoute {
  const [path, query] = (request.url ?? "").split("?", 2);
  const [, repositoryPath, action] = address.exec(path!) ?? [];
  const repository = repositories.find((one) => one.path === repositoryPath);
  if (!repository)
    throw new Refusal(404, "This session has no such repository. Give the session the repository to use it.");
  const isAdvertisement = action === "info/refs";
  const asked = new URLSearchParams(query ?? "").getAll("service");
  const service = isAdvertisement ? asked[0] : action;
  if (asked.length > 1 || (service !== "git-upload-pack" && service !== "git-receive-pack"))
    throw new Refusal(403, "Only fetch and push of git's smart HTTP protocol are spoken here.");
  if (service === "git-receive-pack" && repository.pushBranch === null)
    throw new Refusal(
      403,
      "This repository can only be fetched here. Give the session the repository itself to change it.",
    );
  if (request.method !== (isAdvertisement ? "GET" : "POST"))
    throw new Refusal(405, "Use git to speak to this address.");
  if (!isAdvertisement && request.headers["content-type"] !== `application/x-${service}-request`)
    throw new Refusal(415, "Use git to speak to this address.");
  const said = request.headers["git-protocol"];
  // Receive-pack has no other version than the first.
  const isSpoken = service === "git-upload-pack" && typeof said === "string" && protocolHeader.test(said);
  return { repository, service, isAdvertisement, protocol: isSpoken ? said : undefined };
}
