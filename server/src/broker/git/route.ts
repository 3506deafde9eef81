import type { IncomingMessage } from "node:http";
import type { GitBrokerRepository } from "../../core/turns/index.ts";
import { Refusal } from "./read-body.ts";

export type GitService = "git-upload-pack" | "git-receive-pack";

export interface GitRoute {
  readonly repository: GitBrokerRepository;
  readonly service: GitService;
  /** True for a GET request for the ref advertisement, false for a POST to the service itself. */
  readonly isAdvertisement: boolean;
  /** Version of the protocol that a fetch requests, for example `version=2`, or undefined if it requests none or for a push. */
  readonly protocol: string | undefined;
}

/** Refuses a change of a repository that the session may only read, such as a submodule. */
export const readOnly = () =>
  new Refusal(
    403,
    "This submodule is read-only in this session. To change it, add its repository to the session.",
  );

const address = /^(\/.+)\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const protocolHeader = /^version=[0-2]$/;

/**
 * Parses the URL literally, so that an escape sequence never becomes a slash or a dot. Throws a `Refusal` if the repository is not part of the
 * session, or if a push is to a read-only repository. Also throws it if the request is not part of git's smart HTTP protocol.
 */
export function routeOf(request: IncomingMessage, repositories: readonly GitBrokerRepository[]): GitRoute {
  const [path, query] = (request.url ?? "").split("?", 2);
  const [, repositoryPath, action] = address.exec(path!) ?? [];
  const repository = repositories.find((one) => one.path === repositoryPath);
  if (!repository)
    throw new Refusal(404, "This repository is not part of the session. Add it to the session to use it.");
  const isAdvertisement = action === "info/refs";
  const asked = new URLSearchParams(query ?? "").getAll("service");
  const service = isAdvertisement ? asked[0] : action;
  if (asked.length > 1 || (service !== "git-upload-pack" && service !== "git-receive-pack"))
    throw new Refusal(403, "Only fetch and push over git's smart HTTP protocol are supported here.");
  if (service === "git-receive-pack" && repository.pushBranch === null) throw readOnly();
  if (request.method !== (isAdvertisement ? "GET" : "POST"))
    throw new Refusal(
      405,
      `This endpoint accepts only ${isAdvertisement ? "GET" : "POST"} requests from git.`,
    );
  if (!isAdvertisement && request.headers["content-type"] !== `application/x-${service}-request`)
    throw new Refusal(
      415,
      `This endpoint accepts only requests with the content type application/x-${service}-request.`,
    );
  const requestedProtocol = request.headers["git-protocol"];
  // Receive-pack supports only the original version of the protocol.
  const isSpoken =
    service === "git-upload-pack" &&
    typeof requestedProtocol === "string" &&
    protocolHeader.test(requestedProtocol);
  return { repository, service, isAdvertisement, protocol: isSpoken ? requestedProtocol : undefined };
}
