import type { SessionToolView } from "@tembo/contract";
import type {
  BoundSecret,
  CertificateAuthority,
  EgressDenial,
  EgressPolicy,
  McpGreeter,
  ModelFamily,
  ProviderCredential,
} from "../../access/index.ts";
import type { ModelMeter } from "../../accounts/index.ts";
import type { GitRemote } from "../../forges/index.ts";
import type { ForwardedSocket } from "../sandbox/sandbox.ts";

/** A way out of a sandbox. Keys and tokens are added here, outside; the forwarded socket that it listens at is the capability. */
export interface BrokerEndpoint {
  /** Cuts what runs through it and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** The four ways out. Nothing else leads out of a sandbox. */
export interface Broker extends EgressProxy, GitProxy, SessionToolsServer {
  /**
   * Forwards to the provider's base URL and to nothing else, adds the organization's credential (or the operator's), translates where
   * the provider speaks otherwise, and streams both ways. 429, 529 and 5xx before the first byte of an answer are tried again, a bounded number of
   * times, honouring `retry-after`. Throws `invalid_input` when there is no credential that the provider needs.
   */
  openModelGateway(input: ForwardedSocket & ModelGatewayInput): Promise<ModelGateway>;
}

export interface ModelGatewayInput {
  /** The protocol that is spoken inside. */
  readonly family: ModelFamily;
  /** A registered provider that serves the family. */
  readonly provider: string;
  /** The organization's own; null takes the operator's. */
  readonly credential: ProviderCredential | null;
  /**
   * Whether the session's egress policy is open. Otherwise a request that would have the provider fetch, search or run something, or open
   * what its account keeps, is refused before it is sent: tools that are not known to run in the sandbox, addresses of files and pictures.
   */
  readonly reachesNetwork: boolean;
  readonly meter: ModelMeter;
}

export interface ModelGateway extends BrokerEndpoint {
  /** What the provider last refused with, as a sentence for a person; null when its last answer was good. */
  lastFailure(): string | null;
  /** Whether the provider's last answer rejected the credential. */
  isKeyRejected(): boolean;
}

/** HTTP and CONNECT for hosts that the policy allows. Names are resolved outside; the answers must be public addresses. */
export interface EgressProxy extends McpGreeter {
  openEgress(input: ForwardedSocket & EgressInput): Promise<BrokerEndpoint>;
  /**
   * Posts to a public address of the URL's host, or a private one that the operator allows. Redirects are not followed, and of the answer
   * only the beginning is read. Throws `unreachable` when no answer comes before the signal ends.
   */
  sendWebhook(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer>;
  /** A sentence for a URL that `sendWebhook` would refuse by the looks of it, null for any other. */
  problemOfWebhookUrl(url: string): string | null;
  /** A new authority for one organization; its certificate is trusted in that organization's sandboxes only. */
  createCertificateAuthority(organizationName: string): Promise<CertificateAuthority>;
}

export interface EgressInput {
  readonly policy: EgressPolicy;
  /** Added outside, to requests for their own hosts only, over TLS that the broker terminates. */
  readonly secrets: readonly BoundSecret[];
  /** Null only without bound secrets. */
  readonly certificateAuthority: CertificateAuthority | null;
  /** Told of every refused attempt; the caller tells a person once per host. */
  onDenied(denial: EgressDenial): void;
}

/** Git over HTTP for the session's repositories: fetch, and push to the session's own branch only. */
export interface GitProxy {
  openGitBroker(input: ForwardedSocket & GitBrokerInput): Promise<BrokerEndpoint>;
}

export interface GitBrokerInput {
  readonly repositories: readonly GitBrokerRepository[];
  /** A folder of the host's own for packs on their way; made when missing, emptied on close. */
  readonly scratchPath: string;
  readonly maxPackBytes: number;
  /** Told of each push that its remote has confirmed, before the sandbox hears of it. */
  onPushed?(push: GitBrokerPush): Promise<void>;
}

export interface GitBrokerPush {
  /** Of the repository, as in `GitBrokerRepository.path`. */
  readonly path: string;
  /** Null when the push made the branch. */
  readonly oldSha: string | null;
  readonly newSha: string;
}

export interface GitBrokerRepository {
  /** First part of its URL inside, as in `SandboxSpec.gitRoutes`: "/1". */
  readonly path: string;
  /** Asked for each request, as tokens of a forge are short-lived. */
  remote(): Promise<GitRemote>;
  /** The one branch that may be pushed, without `refs/heads/`; null: only fetches, as of a submodule. */
  readonly pushBranch: string | null;
  /** Bare; holds most of the objects that a pushed pack builds on. Not looked at where nothing may be pushed. */
  readonly mirrorPath: string;
}

/** The session's own tools, as JSON over HTTP: `GET /tools` lists them, `POST /tools/NAME` runs one with its body as input. */
export interface SessionToolsServer {
  openTools(input: ForwardedSocket & { readonly tools: CallableTools }): Promise<BrokerEndpoint>;
}

export interface CallableTools {
  readonly views: readonly SessionToolView[];
  /** The input is whatever came: hostile. Throws `AppError`, whose sentence the caller in the sandbox reads. */
  call(name: string, input: unknown, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebhookAnswer {
  readonly status: number;
  /** The first 1,024 bytes, as text. */
  readonly body: string;
  /** The header, as it came. */
  readonly retryAfter?: string;
}
