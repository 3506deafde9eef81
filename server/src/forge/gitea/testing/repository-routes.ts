import { repositoryGit } from "../../local/repository-git.ts";
import type { FakeGitea, Status } from "./fake-gitea.ts";
import { type GiteaHandler, mayWrite, notFound, page, refuse } from "./gitea-handler.ts";
import { now, showUser } from "./gitea-records.ts";

export function repositoryRoutes(fake: FakeGitea): Record<string, GiteaHandler> {
  const repo = "/repos/:owner/:name";
  const admin = (handle: GiteaHandler): GiteaHandler => {
    return (request, asker) =>
      asker.access === "admin"
        ? handle(request, asker)
        : refuse(403, "user should be an owner or a collaborator with admin write of a repository");
  };
  return {
    "GET /user": (_, { account }) => ({ status: 200, body: showUser(fake.url, account) }),
    "GET /user/repos": (request, { access }) => page(access ? [fake.showRepository(access)] : [], request),
    "GET /repositories/:id": ({ params }, { access }) =>
      params.id === String(fake.repositoryId) && access
        ? { status: 200, body: fake.showRepository(access) }
        : notFound(),
    [`GET ${repo}`]: (_, { access }) => ({ status: 200, body: fake.showRepository(access) }),
    [`GET ${repo}/branches/*branch`]: async ({ params }) => {
      const branch = params.branch ?? "";
      const sha = await fake.branchSha(branch);
      if (sha === null) return notFound();
      return {
        status: 200,
        body: { name: branch, commit: { id: sha }, protected: fake.isProtected.has(branch) },
      };
    },
    [`DELETE ${repo}/branches/*branch`]: async ({ params }, asker) => {
      const branch = params.branch ?? "";
      if (!mayWrite(asker)) return refuse(403, "user should have a permission to write to a repo");
      const sha = await fake.branchSha(branch);
      if (sha === null) return notFound();
      if (branch === "main") return refuse(403, "can not delete default or pull request target branch");
      if (fake.isProtected.has(branch)) return refuse(403, "branch protected");
      await fake.git.deleteBranch(fake.owner, fake.gitName, branch);
      await fake.noticePush(branch, sha, null, asker.account);
      return { status: 204 };
    },
    [`GET ${repo}/compare/*range`]: async ({ params }) => {
      const [base = "", head = ""] = (params.range ?? "").split("...");
      const [from, to] = [await fake.branchSha(base), await fake.branchSha(head)];
      if (from === null || to === null) return notFound();
      const path = fake.git.path(fake.owner, fake.gitName);
      const { text } = await repositoryGit(["--git-dir", path, "rev-list", "--count", `${from}..${to}`]);
      return { status: 200, body: { total_commits: Number(text), commits: [] } };
    },
    [`DELETE ${repo}/releases/tags/:tag`]: () => notFound(),
    [`GET ${repo}/collaborators/:login/permission`]: ({ params }, asker) => {
      const account = fake.accounts.find(({ login }) => login === params.login);
      if (asker.access !== "admin" && asker.account !== account)
        return refuse(403, "Only admins can query all permissions");
      if (account === undefined) return notFound();
      const permission = fake.access.get(account.id) ?? "none";
      return { status: 200, body: { permission, role_name: permission, user: showUser(fake.url, account) } };
    },
    [`GET ${repo}/hooks`]: admin((request) => page(fake.hooks.map(showHook), request)),
    [`POST ${repo}/hooks`]: admin(({ body }) => {
      const { type, config, events = ["push"], active = false } = body as HookBody;
      if (type !== "gitea") return refuse(422, `Invalid hook type: ${type}`);
      if (!config?.url || !config.content_type) return refuse(422, "Missing config option: url");
      const hook = { id: fake.id(), url: config.url, secret: config.secret ?? "", events, active };
      fake.hooks.push(hook);
      return { status: 201, body: showHook(hook) };
    }),
    [`PATCH ${repo}/hooks/:id`]: admin(({ params, body }) => {
      const hook = fake.hooks.find(({ id }) => String(id) === params.id);
      if (hook === undefined) return notFound();
      const { config, events = ["push"], active } = body as HookBody;
      Object.assign(hook, { events, active: active ?? hook.active });
      if (config?.url !== undefined) hook.url = config.url;
      if (config?.secret !== undefined) hook.secret = config.secret;
      return { status: 200, body: showHook(hook) };
    }),
    [`DELETE ${repo}/hooks/:id`]: admin(({ params }) => {
      const kept = fake.hooks.filter(({ id }) => String(id) !== params.id);
      if (kept.length === fake.hooks.length) return notFound();
      fake.hooks = kept;
      return { status: 204 };
    }),
    [`GET ${repo}/commits/:sha/status`]: ({ params, query }) => {
      const latest = new Map((fake.statuses.get(params.sha ?? "") ?? []).map((one) => [one.context, one]));
      const statuses = Number(query.get("page") ?? 1) === 1 ? [...latest.values()] : [];
      return { status: 200, body: { sha: params.sha, statuses, total_count: latest.size } };
    },
    [`POST ${repo}/statuses/:sha`]: ({ params, body }, asker) => {
      if (!mayWrite(asker)) return refuse(403, "user should have a permission to write to a repo");
      const sha = params.sha ?? "";
      const { context, state, target_url: url = "", description = "" } = body as Record<string, string>;
      const status: Status = {
        id: fake.id(),
        context: context ?? "default",
        status: state ?? "pending",
        target_url: url,
        description,
        created_at: now(),
        updated_at: now(),
      };
      fake.statuses.set(sha, [...(fake.statuses.get(sha) ?? []), status]);
      const payload = {
        id: status.id,
        sha,
        context: status.context,
        state: status.status,
        target_url: url,
        description,
      };
      fake.sendWebhook(
        "status",
        { ...payload, commit: { id: sha }, created_at: now(), updated_at: now() },
        asker.account,
      );
      return { status: 201, body: status };
    },
    [`GET ${repo}/actions/runs`]: ({ query }) => {
      if (!fake.hasRuns) return notFound();
      const runs = [...fake.logs.values()].filter(({ sha }) => sha === query.get("head_sha"));
      const workflow_runs = runs.map(({ run, sha }) => ({ id: run, head_sha: sha, status: "completed" }));
      return { status: 200, body: { workflow_runs, total_count: runs.length } };
    },
    [`GET ${repo}/actions/runs/:run/jobs`]: ({ params }) => {
      if (!fake.hasRuns) return notFound();
      const of = [...fake.logs].filter(([, { run }]) => String(run) === params.run);
      const jobs = of.map(([id, { run }]) => {
        return { id, name: "build", html_url: `${fake.shown.page}/actions/runs/${run}/jobs/0` };
      });
      return { status: 200, body: { jobs, total_count: jobs.length } };
    },
    [`GET ${repo}/actions/jobs/:job/logs`]: ({ params, headers }) => {
      const log = fake.logs.get(Number(params.job));
      if (!fake.hasRuns || log === undefined) return notFound();
      const [, length] = /^bytes=-(\d+)$/.exec(headers.range ?? "") ?? [];
      if (length === undefined) return { status: 200, body: log.text };
      return { status: 206, body: log.text.slice(-Number(length)) };
    },
  };
}

interface HookBody {
  readonly type?: string;
  readonly config?: { readonly url?: string; readonly content_type?: string; readonly secret?: string };
  readonly events?: string[];
  readonly active?: boolean;
}

/** Returns a webhook without its secret, like Gitea. */
const showHook = ({ id, url, events, active }: FakeGitea["hooks"][number]) => ({
  id,
  type: "gitea",
  config: { url, content_type: "json" },
  events,
  active,
});
