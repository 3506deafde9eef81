import type { FakeGitea } from "./fake-gitea.ts";
import { type GiteaHandler, mayWrite, notFound, page, refuse } from "./gitea-handler.ts";
import { type Account, type Item, now, showIssue, showPull } from "./gitea-records.ts";

export function pullRoutes(fake: FakeGitea): Record<string, GiteaHandler> {
  const pulls = "/repos/:owner/:name/pulls";
  const find = (number: string | undefined) =>
    fake.items.find((item) => item.pull !== null && String(item.number) === number);

  return {
    [`GET ${pulls}`]: (request) => {
      const state = request.query.get("state") ?? "open";
      const found = fake.items.filter((item) => item.pull && (state === "all" || item.state === state));
      const recent = found.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt));
      return page(
        recent.map((item) => showPull(fake.shown, item)),
        request,
      );
    },
    [`GET ${pulls}/:number`]: ({ params }) => {
      const item = find(params.number);
      return item ? { status: 200, body: showPull(fake.shown, item) } : notFound();
    },
    [`POST ${pulls}`]: async ({ body }, { account }) => {
      const { title = "", body: text = "", head = "", base = "" } = body as Record<string, string>;
      if (title === "") return refuse(422, "[Title]: Required");
      if (head === base)
        return refuse(422, "Invalid PullRequest: There are no changes between the head and the base");
      const [headSha, baseSha] = [await fake.branchSha(head), await fake.branchSha(base)];
      if (headSha === null || baseSha === null) return notFound();
      const item = newItem(account, title, text, { head, base, headSha });
      // The lookup and the insertion run without an await between them, so the second of two concurrent requests finds the pull request of
      // the first.
      const other = fake.items.find(
        (one) => one.pull?.head === head && one.pull.base === base && one.state === "open",
      );
      if (other) {
        return refuse(
          409,
          `pull request already exists for these targets [id: ${other.id}, head_branch: ${head}, base_branch: ${base}]`,
        );
      }
      fake.items.push(item);
      await fake.refresh(item);
      fake.sendPull("pull_request", "opened", item, account);
      return { status: 201, body: showPull(fake.shown, item) };
    },
    [`PATCH ${pulls}/:number`]: async ({ params, body }, asker) => {
      const item = find(params.number);
      if (!item) return notFound();
      if (item.user !== asker.account && !mayWrite(asker)) return { status: 403 };
      return edit(item, body as Record<string, string>, asker.account);
    },
    [`POST ${pulls}/:number/merge`]: async ({ params, body }, asker) => {
      const item = find(params.number);
      if (!item) return notFound();
      const { Do: method, head_commit_id: head } = body as Record<string, string>;
      if (!mayWrite(asker)) return refuse(405, "User not allowed to merge PR");
      if (item.pull!.mergedSha !== null) return refuse(405, "");
      if (item.state === "closed") return notFound();
      if (/^WIP:/i.test(item.title)) return refuse(405, "Work in progress PRs cannot be merged");
      if (!item.pull!.isMergeable) return refuse(405, "Please try again later");
      if (!["merge", "squash", "rebase"].includes(method ?? "")) {
        return refuse(405, `${method} is not allowed an allowed merge style for this repository`);
      }
      if (head !== undefined && head !== item.pull!.headSha) return refuse(409, "head out of date");
      const sha = await fake.git.merge(fake.owner, fake.gitName, item.pull!.head, item.pull!.base);
      if (sha === null) return refuse(409, "merge conflict");
      Object.assign(item.pull!, { mergedSha: sha, mergedAt: now() });
      Object.assign(item, { state: "closed", closedAt: now(), updatedAt: now() });
      fake.sendPull("pull_request", "closed", item, asker.account);
      return { status: 200 };
    },
    [`POST ${pulls}/:number/requested_reviewers`]: ({ params, body }, asker) => {
      const item = find(params.number);
      if (!item) return notFound();
      const logins = (body as { reviewers: string[] }).reviewers;
      const accounts = logins.map((login) => fake.accounts.find((one) => one.login === login));
      if (accounts.includes(undefined)) return refuse(404, `user does not exist [uid: 0, name: ${logins}]`);
      const cannot = accounts.some((one) => one === item.user || !fake.access.has(one!.id));
      if (cannot) return refuse(422, "reviewer can't be the poster or has no access");
      for (const account of accounts) item.pull!.reviewers.add(account!);
      fake.sendPull("pull_request_review_request", "review_requested", item, asker.account);
      return { status: 201, body: [] };
    },
  };

  function newItem(
    user: Account,
    title: string,
    body: string,
    pull: { readonly head: string; readonly base: string; readonly headSha: string },
  ): Item {
    const part = {
      mergedSha: null,
      mergedAt: null,
      isMergeable: true,
      reviews: [],
      reviewers: new Set<Account>(),
    };
    return { ...newIssue(fake, user, title, body), pull: { ...pull, ...part } };
  }

  async function edit(item: Item, patch: Record<string, string>, by: Account) {
    const { title, body, state, base } = patch;
    const pull = item.pull!;
    const changes: Record<string, { from: string }> = {};
    if (title) {
      changes.title = { from: item.title };
      item.title = title;
    }
    if (body !== undefined) {
      changes.body = { from: item.body };
      item.body = body;
    }
    if (state !== undefined && pull.mergedSha !== null) {
      return refuse(412, "cannot change state of this pull request, it was already merged");
    }
    item.updatedAt = now();
    if (state === "open" || state === "closed") {
      Object.assign(item, { state, closedAt: state === "closed" ? now() : null });
      fake.sendPull("pull_request", state === "closed" ? "closed" : "reopened", item, by);
    }
    if (base !== undefined && base !== pull.base) {
      if ((await fake.branchSha(base)) === null) return refuse(404, `new base '${base}' not exist`);
      changes.ref = { from: pull.base };
      pull.base = base;
      await fake.refresh(item);
    }
    if (Object.keys(changes).length > 0) fake.sendPull("pull_request", "edited", item, by, { changes });
    return { status: 201, body: showPull(fake.shown, item) };
  }
}

export function newIssue(fake: FakeGitea, user: Account, title: string, body: string): Item {
  const number = fake.items.length + 1;
  const times = { createdAt: now(), updatedAt: now(), closedAt: null };
  const sets = { labels: new Set<string>(), notes: [], reactions: new Set<string>() };
  return { id: fake.id(), number, user, title, body, state: "open", ...times, ...sets, pull: null };
}

export const issueBody = (fake: FakeGitea, action: string, item: Item) => ({
  action,
  number: item.number,
  issue: showIssue(fake.shown, item),
});
