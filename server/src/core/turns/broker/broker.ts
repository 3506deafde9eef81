import type { SessionToolView } from "@tembo/contract";
import type {
  BoundSecret,
  CertificateAuthority,
  EgressDenial,
  EgressPolicy,
  McpGreeter,
  ModelAsker,
  ModelFamily,
  ProviderCredential,
} from "../../access/index.ts";
import type { ModelMeter } from "../../accounts/index.ts";
import type { GitRemote } from "../../forges/index.ts";
import type { ForwardedSocket } from "../sandbox/sandbox.ts";

/**
 * A listening broker endpoint of a sandbox. The broker adds keys and tokens outside the sandbox. The endpoint does not
 * authenticate: access to the forwarded socket is the capability.
 */
export interface BrokerEndpoint {
  /** Closes open connections and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** Opens the four broker endpoints. A sandbox has no other network access. */
export interface Broker extends EgressProxy, GitProxy, SessionToolsServer, ModelAsker {
  /**
   * Opens an endpoint that forwards only to the provider's base URL.
   * - Adds the credential of the organization or the operator.
   * - Translates the protocol if the provider uses another protocol, and streams in both directions.
   * - Retries requests a limited number of times after a failed connection or a response with status 429, 500, 502,
   *   503, 504 or 529, before it forwards the first byte of a response. Honors `retry-after`.
   *
   * Throws `invalid_input` if the provider needs a credential but none is configured.
   */
  openModelGateway(input: ForwardedSocket & ModelGatewayInput): Promise<ModelGateway>;
}

export interface ModelGatewayInput {
  /** Protocol that programs inside the sandbox use. */
  readonly family: ModelFamily;
  /** Name of a registered provider that serves the family. */
  readonly provider: string;
  /** The organization's credential, or null to use the operator's. */
  readonly credential: ProviderCredential | null;
  /**
   * True if the session's egress policy is open. If false, the gateway rejects requests that would make the provider
   * use the network, run code or open data stored in its account. This covers tools that are not known to run in the
   * sandbox, and URLs of files and images.
   */
  readonly reachesNetwork: boolean;
  readonly meter: ModelMeter;
}

export interface ModelGateway extends BrokerEndpoint {
  /**
   * Returns the last error of the provider or the gateway as a user-facing message, or null if there was none or if a
   * successful response followed.
   */
  lastFailure(): string | null;
  /** True if the provider's last response rejected the credential. */
  isKeyRejected(): boolean;
}

/**
 * HTTP and CONNECT proxy for the hosts that the policy allows. The proxy resolves names outside the sandbox. A name
 * must resolve to a public address, unless the operator allows private addresses for the host.
 */
export interface EgressProxy extends McpGreeter {
  openEgress(input: ForwardedSocket & EgressInput): Promise<BrokerEndpoint>;
  /**
   * Sends a POST request to a public address of the URL's host, or to a private address that the operator allows. Does
   * not follow redirects, and reads only the beginning of the response. Throws `unreachable` if the URL is rejected, if
   * the request fails, or if no response arrives before the signal aborts.
   */
  sendWebhook(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer>;
  /** Returns an error message if `sendWebhook` would reject the URL before it resolves the host, or null otherwise. */
  problemOfWebhookUrl(url: string): string | null;
  /** Creates a certificate authority for one organization. Only that organization's sandboxes trust its certificate. */
  createCertificateAuthority(organizationName: string): Promise<CertificateAuthority>;
}

export interface EgressInput {
  readonly policy: EgressPolicy;
  /**
   * Secrets that the proxy adds outside the sandbox, only to requests to their own hosts. The broker terminates the TLS
   * connections of these requests.
   */
  readonly secrets: readonly BoundSecret[];
  /** Certificate authority, or null if no secrets are injected. */
  readonly certificateAuthority: CertificateAuthority | null;
  /** Called for every denied attempt. The callback itself must limit what it reports. */
  onDenied(denial: EgressDenial): void;
}

/** Git over HTTP for the session's repositories. Allows fetches, and pushes only to the session's own branch. */
export interface GitProxy {
  openGitBroker(input: ForwardedSocket & GitBrokerInput): Promise<BrokerEndpoint>;
}

export interface GitBrokerInput {
  readonly repositories: readonly GitBrokerRepository[];
  /**
   * Folder on the host for packs in transit. The proxy empties it when the endpoint opens, and removes it when the
   * endpoint closes.
   */
  readonly scratchPath: string;
  readonly maxPackBytes: number;
  /** Called for each push that the remote has confirmed, before the sandbox receives the response. */
  onPushed?(push: GitBrokerPush): Promise<void>;
}

export interface GitBrokerPush {
  /** The repository's `GitBrokerRepository.path`. */
  readonly path: string;
  /** The previous commit, or null if the push created the branch. */
  readonly oldSha: string | null;
  readonly newSha: string;
}

export interface GitBrokerRepository {
  /** First segment of the URL inside the sandbox, as in `SandboxSpec.gitRoutes`: "/1". */
  readonly path: string;
  /** Returns the remote. Called for each request, because forge tokens are short-lived. */
  remote(): Promise<GitRemote>;
  /** The only branch that may be pushed, without `refs/heads/`, or null to allow only fetches, as for a submodule. */
  readonly pushBranch: string | null;
  /**
   * Bare repository that contains most of the objects that a pushed pack refers to. Unused if pushes are not allowed.
   */
  readonly mirrorPath: string;
}

/**
 * Serves the session's own tools as JSON over HTTP. `GET /tools` lists them. `POST /tools/NAME` runs a tool with the
 * request body as input. `/mcp` serves the same tools over MCP.
 */
export interface SessionToolsServer {
  openTools(input: ForwardedSocket & { readonly tools: CallableTools }): Promise<BrokerEndpoint>;
}

export interface CallableTools {
  readonly views: readonly SessionToolView[];
  /**
   * Runs a tool. The input is not validated and may be hostile. Throws `AppError`, whose message the caller in the
   * sandbox receives.
   */
  call(name: string, input: unknown, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface WebhookAnswer {
  readonly status: number;
  /** First 1,024 bytes of the response body, as text. */
  readonly body: string;
  /** Unparsed value of the `retry-after` header, if present. */
  readonly retryAfter?: string;
}
