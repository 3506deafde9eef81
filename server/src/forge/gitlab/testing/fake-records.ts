/** Records of the fake GitLab. Times are Dates, and IDs are numbers, as in GitLab. */
export interface FakeUser {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly isBot: boolean;
}
export interface FakeToken {
  readonly user: FakeUser;
  readonly scopes: readonly string[];
}
export interface FakeProject {
  readonly id: number;
  namespace: string;
  path: string;
  /** Location of the real repository on the git host. It does not change when the project is renamed. */
  readonly git: { readonly owner: string; readonly name: string };
  defaultBranch: string;
  isArchived: boolean;
  readonly members: Map<number, number>;
  readonly protectedBranches: Set<string>;
  readonly mergeRequests: FakeMergeRequest[];
  readonly issues: FakeIssue[];
  readonly hooks: FakeHook[];
  readonly pipelines: FakePipeline[];
  readonly statuses: FakeStatus[];
  readonly activity: FakeActivity[];
}
export interface Talk {
  readonly discussions: FakeDiscussion[];
  readonly awards: FakeAward[];
}
export interface FakeMergeRequest extends Talk {
  readonly kind: "MergeRequest";
  readonly id: number;
  readonly iid: number;
  title: string;
  description: string | null;
  state: "opened" | "closed" | "merged";
  readonly sourceBranch: string;
  targetBranch: string;
  readonly author: FakeUser;
  /** Last known head. It remains set after the branch is deleted. */
  sha: string;
  readonly labels: Set<string>;
  readonly reviewers: Map<number, { user: FakeUser; state: string }>;
  readonly approvals: { readonly user: FakeUser; readonly at: Date }[];
  mergeCommitSha: string | null;
  mergedAt: Date | null;
  readonly createdAt: Date;
  updatedAt: Date;
  /** Head and base whose mergeability GitLab has checked. The check starts with the first request. */
  checkedFor: string | null;
}
export interface FakeIssue extends Talk {
  readonly kind: "Issue";
  readonly id: number;
  readonly iid: number;
  readonly title: string;
  readonly description: string;
  state: "opened" | "closed";
  readonly author: FakeUser;
  readonly createdAt: Date;
  updatedAt: Date;
}
export interface FakeDiscussion {
  readonly id: string;
  isIndividual: boolean;
  readonly notes: FakeNote[];
}
export interface FakeNote {
  readonly id: number;
  readonly type: "DiffNote" | "DiscussionNote" | null;
  body: string;
  readonly author: FakeUser;
  readonly isSystem: boolean;
  readonly position: FakePosition | null;
  readonly awards: FakeAward[];
  readonly createdAt: Date;
  updatedAt: Date;
}
export interface FakePosition {
  readonly base_sha: string;
  readonly start_sha: string;
  readonly head_sha: string;
  readonly position_type: "text";
  readonly old_path: string;
  readonly new_path: string;
  readonly old_line: number | null;
  readonly new_line: number | null;
}
export interface FakeAward {
  readonly id: number;
  readonly name: string;
  readonly user: FakeUser;
}
export interface FakeHook {
  readonly id: number;
  url: string;
  token: string | null;
  readonly events: Record<string, boolean>;
}
export interface FakePipeline {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  status: string;
  readonly createdAt: Date;
  updatedAt: Date;
}
export interface FakeStatus {
  readonly id: number;
  readonly kind: "build" | "external";
  readonly name: string;
  readonly sha: string;
  readonly ref: string;
  readonly pipelineId: number;
  readonly log: string;
  readonly status: string;
  readonly description: string | null;
  readonly createdAt: Date;
}
export interface FakeActivity {
  readonly id: number;
  readonly action_name: string;
  readonly target_type: string | null;
  readonly target_iid: number | null;
  readonly author: FakeUser;
  readonly createdAt: Date;
  readonly note?: { readonly note: FakeNote; readonly on: FakeMergeRequest | FakeIssue };
  readonly push_data?: object;
}
