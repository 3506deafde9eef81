import type { RestRequest } from "../../testing/rest-server.ts";
import {
  type Asker,
  type BitbucketHandler,
  mayWrite,
  noRight,
  notFound,
  page,
  refuse,
} from "./bitbucket-handler.ts";
import { type Note, now, type Pull, showAccount, showNote } from "./bitbucket-records.ts";
import type { FakeBitbucket } from "./fake-bitbucket.ts";

export function pullRoutes(fake: FakeBitbucket): Record<string, BitbucketHandler> {
  const pulls = "/repositories/:workspace/:repo/pullrequests";
  const show = (pull: Pull) => ({ status: 200, body: fake.showPull(pull) });
  const find = ({ params }: RestRequest) => fake.pulls.find(({ id }) => String(id) === params.id);
  /** Wraps a handler for a pull request. Responds with status 404 if the pull request does not exist. */
  const on = (
    handle: (pull: Pull, request: RestRequest, asker: Asker) => ReturnType<BitbucketHandler>,
  ): BitbucketHandler => {
    return (request, asker) => {
      const pull = find(request);
      return pull === undefined ? notFound("Pull request") : handle(pull, request, asker);
    };
  };
  const closed = () => refuse(400, "This pull request is already closed.");
  const sendPull = (key: string, pull: Pull, { account }: Asker, more: object = {}) =>
    fake.sendWebhook(key, { pullrequest: fake.showPull(pull), ...more }, account);

  return {
    [`GET ${pulls}`]: (request) => {
      const states = request.query.getAll("state");
      const found = fake.pulls.filter(({ state }) => (states.length > 0 ? states : ["OPEN"]).includes(state));
      const recent = found.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt));
      const hasPeople = request.query.get("fields")?.includes("participants") === true;
      // A list contains users only if the request includes them in `fields`.
      return page(
        recent.map((pull) => ({
          ...fake.showPull(pull),
          ...(hasPeople ? {} : { participants: undefined, reviewers: undefined }),
        })),
        request,
      );
    },
    [`GET ${pulls}/:id`]: on((pull) => show(pull)),
    [`POST ${pulls}`]: async ({ body }, asker) => {
      const { title, description = "", source, destination, draft = false } = body as PullBody;
      const [head, base] = [source?.branch.name ?? "", destination?.branch.name ?? "main"];
      if (!title) return refuse(400, "title is required");
      const [headSha, baseSha] = [await fake.branchSha(head), await fake.branchSha(base)];
      if (headSha === null)
        return refuse(400, "Bad request", { fields: { source: [`branch not found: ${head}`] } });
      if (baseSha === null)
        return refuse(400, "Bad request", { fields: { destination: [`branch not found: ${base}`] } });
      if ((await fake.ask(["merge-base", "--is-ancestor", headSha, baseSha])) !== null) {
        return refuse(400, "There are no changes to be pulled");
      }
      const open = fake.pulls.find(
        (one) => one.state === "OPEN" && one.source === head && one.destination === base,
      );
      if (open) {
        Object.assign(open, { title, description, updatedAt: now() });
        sendPull("pullrequest:updated", open, asker);
        return { ...show(open), status: 201 };
      }
      const pull: Pull = {
        id: fake.pulls.length + 1,
        author: asker.account,
        title,
        description,
        state: "OPEN",
        draft,
        source: head,
        destination: base,
        sourceSha: headSha,
        mergeSha: null,
        reviewers: [],
        reviewStates: new Map(),
        notes: [],
        createdAt: now(),
        updatedAt: now(),
      };
      fake.pulls.push(pull);
      sendPull("pullrequest:created", pull, asker);
      return { ...show(pull), status: 201 };
    },
    [`PUT ${pulls}/:id`]: on(async (pull, { body }, asker) => {
      if (pull.author !== asker.account && !mayWrite(asker)) return noRight();
      if (pull.state !== "OPEN") return closed();
      const { title, description, destination, draft, reviewers = [] } = body as PullBody;
      const base = destination?.branch.name;
      if (base !== undefined && (await fake.branchSha(base)) === null) {
        return refuse(400, "Bad request", { fields: { destination: [`branch not found: ${base}`] } });
      }
      const accounts = reviewers.map(({ uuid }) => fake.accounts.find((one) => one.uuid === uuid));
      const wrong = accounts.some((one) => one === undefined || one === pull.author || !fake.access.has(one));
      if (wrong) return refuse(400, "reviewers: one is the author or has no access to this repository");
      pull.title = title ?? pull.title;
      pull.description = description ?? pull.description;
      pull.destination = base ?? pull.destination;
      pull.draft = draft ?? pull.draft;
      pull.reviewers = accounts.filter((one) => one !== undefined);
      pull.updatedAt = now();
      sendPull("pullrequest:updated", pull, asker);
      return show(pull);
    }),
    [`POST ${pulls}/:id/decline`]: on((pull, _, asker) => {
      if (pull.author !== asker.account && !mayWrite(asker)) return noRight();
      if (pull.state !== "OPEN") return closed();
      Object.assign(pull, { state: "DECLINED", updatedAt: now() });
      sendPull("pullrequest:rejected", pull, asker);
      return show(pull);
    }),
    [`POST ${pulls}/:id/merge`]: on(async (pull, { body }, asker) => {
      if (!mayWrite(asker)) return noRight();
      if (pull.state !== "OPEN") return closed();
      if (pull.draft) return refuse(400, "Draft pull requests cannot be merged");
      const { merge_strategy: strategy = "merge_commit" } = (body ?? {}) as { merge_strategy?: string };
      if (!["merge_commit", "squash", "fast_forward"].includes(strategy))
        return refuse(400, "merge_strategy: not allowed");
      const sha = await fake.git.merge(fake.workspace, fake.gitName, pull.source, pull.destination);
      if (sha === null) return refuse(400, "You can't merge until you resolve all merge conflicts.");
      Object.assign(pull, { state: "MERGED", mergeSha: sha, updatedAt: now() });
      sendPull("pullrequest:fulfilled", pull, asker);
      return show(pull);
    }),
    [`POST ${pulls}/:id/approve`]: on((pull, _, asker) => {
      const at = now();
      pull.reviewStates.set(asker.account, { state: "approved", at });
      pull.updatedAt = at;
      sendPull("pullrequest:approved", pull, asker, {
        approval: { date: at, user: showAccount(asker.account) },
      });
      return { status: 200, body: { type: "participant", approved: true } };
    }),
    [`POST ${pulls}/:id/request-changes`]: on((pull, _, asker) => {
      if (pull.author === asker.account)
        return refuse(400, "You cannot request changes on your own pull request");
      const at = now();
      pull.reviewStates.set(asker.account, { state: "changes_requested", at });
      pull.updatedAt = at;
      const activity = { date: at, user: showAccount(asker.account) };
      sendPull("pullrequest:changes_request_created", pull, asker, { changes_request: activity });
      return { status: 200, body: { type: "participant", state: "changes_requested" } };
    }),
    [`GET ${pulls}/:id/comments`]: on((pull, request) => {
      const shown = pull.notes.map((note) => showNote(note, pull, fake.page));
      return page(request.query.get("sort") === "-created_on" ? shown.reverse() : shown, request);
    }),
    [`POST ${pulls}/:id/comments`]: on((pull, { body }, asker) => {
      const { content, inline, parent } = body as NoteBody;
      if (!content?.raw) return refuse(400, "content: required key not provided");
      const above = pull.notes.find(({ id }) => id === parent?.id);
      if (parent && !above) return refuse(400, "parent: comment not found");
      const place = inline ?? above?.inline ?? null;
      const note: Note = {
        id: fake.id(),
        user: asker.account,
        raw: content.raw,
        inline: place,
        parent: parent?.id ?? null,
        createdAt: now(),
      };
      pull.notes.push(note);
      pull.updatedAt = now();
      const comment = showNote(note, pull, fake.page);
      sendPull("pullrequest:comment_created", pull, asker, { comment });
      return { status: 201, body: comment };
    }),
    [`PUT ${pulls}/:id/comments/:note`]: on((pull, { params, body }, asker) => {
      const note = pull.notes.find(({ id }) => String(id) === params.note);
      if (!note) return notFound("Comment");
      if (note.user !== asker.account) return refuse(403, "You can only edit your own comments");
      note.raw = (body as NoteBody).content?.raw ?? note.raw;
      return { status: 200, body: showNote(note, pull, fake.page) };
    }),
  };
}

interface PullBody {
  readonly title?: string;
  readonly description?: string;
  readonly source?: { readonly branch: { readonly name: string } };
  readonly destination?: { readonly branch: { readonly name: string } };
  readonly draft?: boolean;
  readonly reviewers?: readonly { readonly uuid: string }[];
}

interface NoteBody {
  readonly content?: { readonly raw: string };
  readonly inline?: { readonly path: string; readonly to: number };
  readonly parent?: { readonly id: number };
}
