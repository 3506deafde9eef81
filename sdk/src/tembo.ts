import * as errors from "./errors.ts";
import { type ClientOptions, type RequestOptions, settingsOf } from "./options.ts";
import type { APIPromise } from "./request/api-promise.ts";
import type { ApiRequest } from "./request/api-request.ts";
import { AgentResource } from "./resources/agent.ts";
import { AgentsResource } from "./resources/agents.ts";
import { ApiKeysResource } from "./resources/api-keys.ts";
import { ArtifactsResource } from "./resources/artifacts.ts";
import { AttachmentsResource } from "./resources/attachments.ts";
import { AuditEventsResource } from "./resources/audit-events.ts";
import { BillingResource } from "./resources/billing.ts";
import { DeliveriesResource } from "./resources/deliveries.ts";
import { InsightsResource } from "./resources/insights.ts";
import { IntegrationsResource } from "./resources/integrations.ts";
import { LiveResource } from "./resources/live.ts";
import { McpConnectionsResource } from "./resources/mcp-connections.ts";
import { MeResource } from "./resources/me.ts";
import { MessagesResource } from "./resources/messages.ts";
import { ModelProvidersResource, ModelsResource, RuntimesResource } from "./resources/models.ts";
import { OrganizationsResource } from "./resources/organizations.ts";
import { PreviewsResource } from "./resources/previews.ts";
import { ProjectsResource } from "./resources/projects.ts";
import { PullRequestsResource } from "./resources/pull-requests.ts";
import { RepositoriesResource, RepositoryResource } from "./resources/repository.ts";
import { SessionResource } from "./resources/session.ts";
import { SessionsResource } from "./resources/sessions.ts";
import { SignInResource } from "./resources/sign-in.ts";
import { SkillsResource } from "./resources/skills.ts";
import { StatusResource } from "./resources/status.ts";
import { TaskResource } from "./resources/task.ts";
import { UsersResource } from "./resources/users.ts";
import { WebhooksResource } from "./resources/webhooks.ts";
import { type Runtime, systemRuntime } from "./runtime.ts";
import { createTransport, type Transport } from "./transport.ts";

/** Client for a Tembo server. Every method throws an `APIError` if its request fails. */
export class Tembo {
  static readonly TemboError = errors.TemboError;
  static readonly APIError = errors.APIError;
  static readonly APIConnectionError = errors.APIConnectionError;
  static readonly APIConnectionTimeoutError = errors.APIConnectionTimeoutError;
  static readonly APIUserAbortError = errors.APIUserAbortError;
  static readonly WaitTimeoutError = errors.WaitTimeoutError;
  static readonly BadRequestError = errors.BadRequestError;
  static readonly AuthenticationError = errors.AuthenticationError;
  static readonly PermissionDeniedError = errors.PermissionDeniedError;
  static readonly NotFoundError = errors.NotFoundError;
  static readonly ConflictError = errors.ConflictError;
  static readonly UnprocessableEntityError = errors.UnprocessableEntityError;
  static readonly RateLimitError = errors.RateLimitError;
  static readonly InternalServerError = errors.InternalServerError;

  readonly baseURL: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly session: SessionResource;
  readonly sessions: SessionsResource;
  readonly task: TaskResource;
  readonly repository: RepositoryResource;
  readonly repositories: RepositoriesResource;
  readonly previews: PreviewsResource;
  readonly pullRequests: PullRequestsResource;
  readonly projects: ProjectsResource;
  readonly integrations: IntegrationsResource;
  readonly agent: AgentResource;
  readonly agents: AgentsResource;
  readonly apiKeys: ApiKeysResource;
  readonly deliveries: DeliveriesResource;
  readonly models: ModelsResource;
  readonly modelProviders: ModelProvidersResource;
  readonly runtimes: RuntimesResource;
  readonly skills: SkillsResource;
  readonly mcpConnections: McpConnectionsResource;
  readonly artifacts: ArtifactsResource;
  readonly organizations: OrganizationsResource;
  readonly messages: MessagesResource;
  readonly attachments: AttachmentsResource;
  readonly live: LiveResource;
  readonly me: MeResource;
  readonly signIn: SignInResource;
  readonly users: UsersResource;
  readonly billing: BillingResource;
  readonly webhooks: WebhooksResource;
  readonly insights: InsightsResource;
  readonly auditEvents: AuditEventsResource;
  readonly status: StatusResource;
  readonly #transport: Transport;

  /**
   * Creates a client. If `apiKey` or `baseURL` is missing, the environment variable TEMBO_API_KEY or TEMBO_BASE_URL
   * applies. Throws `TemboError` if no API key is set or an option is invalid. `runtime` is for tests.
   */
  constructor(options: ClientOptions = {}, runtime: Runtime = systemRuntime) {
    const settings = settingsOf(options);
    const transport = createTransport(settings, runtime);
    this.#transport = transport;
    this.baseURL = settings.baseURL;
    this.timeout = settings.timeout;
    this.maxRetries = settings.maxRetries;
    this.session = new SessionResource({ transport, runtime });
    this.sessions = new SessionsResource({ transport, runtime });
    this.task = new TaskResource(transport);
    this.repository = new RepositoryResource(transport);
    this.repositories = new RepositoriesResource(transport);
    this.previews = new PreviewsResource(transport);
    this.pullRequests = new PullRequestsResource(transport);
    this.projects = new ProjectsResource({ transport, runtime });
    this.integrations = new IntegrationsResource(transport);
    this.agent = new AgentResource(transport);
    this.agents = new AgentsResource(transport);
    this.apiKeys = new ApiKeysResource(transport);
    this.deliveries = new DeliveriesResource(transport);
    this.models = new ModelsResource(transport);
    this.modelProviders = new ModelProvidersResource(transport);
    this.runtimes = new RuntimesResource(transport);
    this.skills = new SkillsResource(transport);
    this.live = new LiveResource({ transport, runtime });
    this.mcpConnections = new McpConnectionsResource(transport);
    this.artifacts = new ArtifactsResource(transport);
    this.organizations = new OrganizationsResource(transport);
    this.messages = new MessagesResource(transport);
    this.attachments = new AttachmentsResource(transport);
    this.me = new MeResource(transport);
    this.signIn = new SignInResource(transport);
    this.users = new UsersResource(transport);
    this.billing = new BillingResource(transport);
    this.webhooks = new WebhooksResource(transport);
    this.insights = new InsightsResource(transport);
    this.auditEvents = new AuditEventsResource(transport);
    this.status = new StatusResource(transport);
  }

  /** Sends a request by method and path, for operations without a client method. */
  request<T>(request: ApiRequest, options?: RequestOptions): APIPromise<T> {
    return this.#transport.json<T>(request, options);
  }
}
