import type { GitHost } from "../../testing/git-host.ts";
import type { FakeProject, FakeToken, FakeUser } from "./fake-records.ts";

export interface Answer {
  readonly status?: number;
  /** A string is sent as text, as a job's log is. */
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** What there is in the GitLab-shaped fake, whoever asks for it. */
export interface FakeGitlab {
  readonly git: GitHost;
  readonly users: FakeUser[];
  readonly projects: FakeProject[];
  readonly tokens: Map<string, FakeToken>;
  /** By refresh token: good for one use. */
  readonly refreshTokens: Map<string, FakeToken>;
  /** What was asked, as "GET projects/1". */
  readonly asked: string[];
  /** Answers instead of what would: for limits and breakdowns. */
  interrupt: ((asked: string) => Answer | null) | null;
  /** Of hooks, those on their way. */
  readonly deliveries: Set<Promise<void>>;
  /** Deliveries that did not arrive, as GitLab's own log keeps them. */
  readonly failedDeliveries: string[];
  /** Where people open it. */
  readonly url: string;
  readonly apiUrl: string;
  nextId(): number;
  addUser(username: string, isBot?: boolean): FakeUser;
  addToken(user: FakeUser, scopes?: readonly string[]): string;
  /** With an empty repository. `path` is "group/sub/app". */
  addProject(path: string): Promise<FakeProject>;
}
