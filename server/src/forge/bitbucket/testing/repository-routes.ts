import { randomUUID } from "node:crypto";
import { type BitbucketHandler, mayWrite, noRight, notFound, page, refuse } from "./bitbucket-handler.ts";
import { now, showAccount } from "./bitbucket-records.ts";
import type { FakeBitbucket, Status } from "./fake-bitbucket.ts";

export function repositoryRoutes(fake: FakeBitbucket): Record<string, BitbucketHandler> {
  const repo = "/repositories/:workspace/:repo";
  const admin = (handle: BitbucketHandler): BitbucketHandler => {
    return (request, asker) => (asker.access === "admin" ? handle(request, asker) : noRight());
  };
  return {
    "GET /user": (_, { account }) => ({ status: 200, body: showAccount(account) }),
    "GET /user/workspaces": (request) => page([{ workspace: { slug: fake.workspace } }], request),
    "GET /workspaces/:workspace/members": (request) =>
      page(
        fake.accounts.map((one) => ({ type: "workspace_membership", user: showAccount(one) })),
        request,
      ),
    "GET /workspaces/:workspace/permissions/repositories/:repo": admin((request) => {
      const rights = [...fake.access].map(([account, permission]) => {
        return { type: "repository_permission", permission, user: showAccount(account) };
      });
      return page(rights, request);
    }),
    "GET /repositories/:workspace": (request, asker) => {
      const { access } = asker;
      const isIn = request.query.get("role") === "contributor" ? mayWrite(asker) : access !== null;
      return page(isIn ? [fake.showRepository()] : [], request);
    },
    [`GET ${repo}`]: () => ({ status: 200, body: fake.showRepository() }),
    [`GET ${repo}/refs/branches/*branch`]: async ({ params }) => {
      const name = params.branch ?? "";
      const hash = await fake.branchSha(name);
      if (hash === null) return notFound(`Branch "${name}"`);
      return { status: 200, body: { type: "branch", name, target: { type: "commit", hash } } };
    },
    [`DELETE ${repo}/refs/branches/*branch`]: async ({ params }, asker) => {
      const name = params.branch ?? "";
      if (!mayWrite(asker)) return noRight();
      const hash = await fake.branchSha(name);
      if (hash === null) return notFound(`Branch "${name}"`);
      if (name === "main") return refuse(400, "Cannot delete the main branch");
      await fake.git.deleteBranch(fake.workspace, fake.gitName, name);
      await fake.noticePush(name, hash, null, asker.account);
      return { status: 204 };
    },
    [`GET ${repo}/branch-restrictions`]: admin((request) =>
      page(
        fake.restrictions.filter(({ kind }) => kind === request.query.get("kind")),
        request,
      ),
    ),
    [`GET ${repo}/commit/:commit`]: async ({ params }) => {
      const hash = await fake.ask(["rev-parse", "--verify", "--quiet", `${params.commit}^{commit}`]);
      return hash === null ? notFound("Commit") : { status: 200, body: { hash } };
    },
    [`GET ${repo}/commit/:commit/statuses`]: async (request) => {
      const hash = await fake.ask(["rev-parse", "--verify", "--quiet", `${request.params.commit}^{commit}`]);
      return hash === null ? notFound("Commit") : page(fake.statuses.get(hash) ?? [], request);
    },
    [`POST ${repo}/commit/:commit/statuses/build`]: ({ params, body }, asker) => {
      const { key, name, state, url } = body as Record<string, string>;
      const hash = params.commit ?? "";
      if (!mayWrite(asker)) return noRight();
      if (!key || !state || !url) return refuse(400, "key, state and url are required");
      const all = fake.statuses.get(hash) ?? [];
      const known = all.find((one) => one.key === key);
      const status: Status = {
        key,
        name: name ?? key,
        state,
        url,
        created_on: known?.created_on ?? now(),
        updated_on: now(),
      };
      fake.statuses.set(hash, [...all.filter((one) => one !== known), status]);
      const commit = { href: `${fake.url}/2.0/repositories/${fake.workspace}/${fake.slug}/commit/${hash}` };
      const payload = { commit_status: { type: "build", ...status, links: { commit } } };
      fake.sendWebhook(
        known ? "repo:commit_status_updated" : "repo:commit_status_created",
        payload,
        asker.account,
      );
      return { status: known ? 200 : 201, body: status };
    },
    [`GET ${repo}/pipelines/:build/steps`]: (request) => {
      if (!fake.logs.has(request.params.build ?? "")) return notFound("Pipeline");
      const step = (name: string, result: string) => {
        return {
          type: "pipeline_step",
          uuid: `{${name}}`,
          name,
          state: { name: "COMPLETED", result: { name: result } },
        };
      };
      return page(
        [step("prepare", "SUCCESSFUL"), step("test", "FAILED"), step("deploy", "NOT_RUN")],
        request,
      );
    },
    [`GET ${repo}/pipelines/:build/steps/:step/log`]: ({ params }) => {
      if (params.step !== "{test}") return notFound("Log");
      return { status: 307, headers: { location: `/2.0/stored-logs/${params.build}` } };
    },
    "GET /stored-logs/:build": ({ params }) => ({
      status: 200,
      body: fake.logs.get(params.build ?? "") ?? "",
    }),
    [`GET ${repo}/hooks`]: admin((request) => page(fake.hooks.map(showHook), request)),
    [`POST ${repo}/hooks`]: admin(({ body }) => {
      const { url, secret = "", active = true, events = [] } = body as HookBody;
      if (!url || events.length === 0) return refuse(400, "url and events are required");
      const hook = { uuid: `{${randomUUID()}}`, url, secret, active, events };
      fake.hooks.push(hook);
      return { status: 201, body: showHook(hook) };
    }),
    [`PUT ${repo}/hooks/:uuid`]: admin(({ params, body }) => {
      const hook = fake.hooks.find(({ uuid }) => uuid === params.uuid);
      if (hook === undefined) return notFound("Webhook");
      Object.assign(hook, body);
      return { status: 200, body: showHook(hook) };
    }),
    [`DELETE ${repo}/hooks/:uuid`]: admin(({ params }) => {
      const kept = fake.hooks.filter(({ uuid }) => uuid !== params.uuid);
      if (kept.length === fake.hooks.length) return notFound("Webhook");
      fake.hooks = kept;
      return { status: 204 };
    }),
  };
}

interface HookBody {
  readonly url?: string;
  readonly secret?: string;
  readonly active?: boolean;
  readonly events?: string[];
}

/** Returns a webhook without its secret, like Bitbucket. */
const showHook = ({ uuid, url, events, active, secret }: FakeBitbucket["hooks"][number]) => ({
  type: "webhook_subscription",
  uuid,
  url,
  events,
  active,
  secret_set: secret !== "",
});
