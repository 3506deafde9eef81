/** URLs in a hostile forge's responses. */
export interface NamedAddresses {
  cloneUrl: string;
  lfsObject: string;
  log: string;
  nextPage: string;
}

interface Asked {
  readonly url: string;
  readonly page: number;
  readonly named: NamedAddresses;
}

interface HostileApi {
  /** Base path of the API. */
  readonly path: string;
  /** Path, relative to `path`, of a list with a second page. */
  readonly listPath: string;
  /** Full path of the log whose request the API redirects. */
  readonly logPath: string;
  /** ID of the job with that log, in the adapter's format. */
  readonly jobId: string;
  /** Returns the body for a path below `path`, or null for 404. */
  answer(path: string, asked: Asked): unknown;
}

export type HostileForgeName = "github" | "gitlab" | "bitbucket" | "gitea";

const sha = "a".repeat(40);
const updated = "2026-01-01T00:00:00Z";
const user = { id: 1, login: "acme" };

/** Returns a repository in the format that GitHub and Gitea share. */
const repository = (id: number, { url, named }: Asked) => ({
  id,
  owner: user,
  name: id === 1 ? "app" : `app-${id}`,
  full_name: `acme/app-${id}`,
  html_url: `${url}/acme/app`,
  clone_url: named.cloneUrl,
  ssh_url: named.cloneUrl,
  default_branch: "main",
  permissions: { push: true },
});

/** Returns a full page first, then a page with one item, then empty pages. */
const pageOf = <T>(page: number, size: number, make: (id: number) => T): T[] =>
  Array.from({ length: [size, 1][page - 1] ?? 0 }, (_, at) => make((page - 1) * size + at + 1));

export const hostileApis: Readonly<Record<HostileForgeName, HostileApi>> = {
  github: {
    path: "/api/v3",
    listPath: "/user/repos",
    logPath: "/api/v3/repos/acme/app/actions/jobs/7/logs",
    jobId: "7",
    answer(path, asked) {
      if (path === "/user/repos") return pageOf(asked.page, 100, (id) => repository(id, asked));
      return path === "/repos/acme/app" || path === "/repositories/1" ? repository(1, asked) : null;
    },
  },
  gitlab: {
    path: "/api/v4",
    listPath: `/projects/1/repository/commits/${sha}/statuses`,
    logPath: "/api/v4/projects/1/jobs/7/trace",
    jobId: "7",
    answer(path, { page, url, named }) {
      if (path.endsWith("/statuses"))
        return pageOf(page, 100, (id) => ({ id, name: `check ${id}`, status: "success" }));
      if (path.endsWith("/merge_requests")) return [];
      if (path !== "/projects/1") return null;
      const path_with_namespace = "acme/app";
      const web_url = `${url}/acme/app`;
      return { id: 1, path: "app", path_with_namespace, web_url, http_url_to_repo: named.cloneUrl };
    },
  },
  bitbucket: {
    path: "/2.0",
    listPath: `/repositories/acme/1/commit/${sha}/statuses`,
    logPath: "/2.0/repositories/acme/1/pipelines/7/steps/%7Bstep%7D/log",
    jobId: "pipeline:7",
    answer(path, { page, url, named }) {
      if (path.endsWith("/statuses")) {
        const values = pageOf(page, 100, (id) => ({ key: `check ${id}`, state: "SUCCESSFUL" }));
        return page === 1 ? { values, next: named.nextPage } : { values };
      }
      if (path.endsWith("/steps")) return { values: [{ uuid: "{step}" }] };
      if (path !== "/repositories/acme/1") return null;
      const clone = [{ name: "https", href: named.cloneUrl }];
      return { uuid: "1", full_name: "acme/app", links: { html: { href: `${url}/acme/app` }, clone } };
    },
  },
  gitea: {
    path: "/api/v1",
    listPath: "/user/repos",
    logPath: "/api/v1/repos/acme/app/actions/jobs/7/logs",
    jobId: "job:7",
    answer(path, asked) {
      if (path === "/user/repos") return pageOf(asked.page, 50, (id) => repository(id, asked));
      if (path.endsWith("/status"))
        return { statuses: [{ id: 1, context: "check", status: "success", updated_at: updated }] };
      return path === "/repos/acme/app" || path === "/repositories/1" ? repository(1, asked) : null;
    },
  },
};
