import type { GitHost } from "../../testing/git-host.ts";
import type { FakeProject, FakeToken, FakeUser } from "./fake-records.ts";

export interface Answer {
  readonly status?: number;
  /** Body. A string, such as a job's log, is sent as text. */
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** State of the fake GitLab, independent of the caller. */
export interface FakeGitlab {
  readonly git: GitHost;
  readonly users: FakeUser[];
  readonly projects: FakeProject[];
  readonly tokens: Map<string, FakeToken>;
  /** Users and scopes, by refresh token or authorization code. Each refresh token and code can be used only once. */
  readonly refreshTokens: Map<string, FakeToken>;
  /** Received requests, such as "GET projects/1". */
  readonly asked: string[];
  /** Overrides responses, to simulate rate limits and outages. */
  interrupt: ((asked: string) => Answer | null) | null;
  /** Webhook deliveries in progress. */
  readonly deliveries: Set<Promise<void>>;
  /** Failed deliveries, as in GitLab's own log. */
  readonly failedDeliveries: string[];
  /** URL of the fake's web pages. */
  readonly url: string;
  readonly apiUrl: string;
  nextId(): number;
  addUser(username: string, isBot?: boolean): FakeUser;
  addToken(user: FakeUser, scopes?: readonly string[]): string;
  /** Adds a project with an empty repository. `path` is "group/sub/app". */
  addProject(path: string): Promise<FakeProject>;
}
