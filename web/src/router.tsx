import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
  redirect,
  useRouter,
} from "@tanstack/react-router";
import { checkAgentSearch, checkAgentsSearch } from "./agents/agents-search.ts";
import { whoQuery } from "./api/who-query.ts";
import { Failed } from "./components/failed.tsx";
import { PartMissing } from "./components/loading/fetch-part.ts";
import { NotFound } from "./components/not-found.tsx";
import { checkComposerSearch } from "./composer/composer-search.ts";
import { findPullRequest, findRepository } from "./forge/find-on-forge.ts";
import { checkPreviewSearch } from "./preview/preview-search.ts";
import { checkProjectSearch, checkProjectsSearch } from "./projects/projects-search.ts";
import { checkBrowseSearch } from "./repositories/browse/browse-search.ts";
import { checkRepositoriesSearch } from "./repositories/repositories-search.ts";
import { checkPullRequestSearch } from "./review/page/pull-request-search.ts";
import { checkReviewSearch } from "./review/review-search.ts";
import { checkTourSearch } from "./review/tour/tour-search.ts";
import { checkPanelSearch } from "./session/panel/panel-search.ts";
import { checkSessionsPage } from "./sessions/sessions-search.ts";
import { checkUsageSearch } from "./settings/usage/usage-search.ts";
import { Shell } from "./shell/shell.tsx";
import { nextAddress } from "./sign-in/next-address.ts";
import { text } from "./text/index.ts";

interface RouterContext {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  // Includes an undefined value, because the router keeps the original value of a missing key.
  validateSearch: (search: Record<string, unknown>): { next?: string | undefined } => ({
    next: nextAddress(search.next, location.origin),
  }),
  component: lazyRouteComponent(() => import("./sign-in/sign-in-page.tsx"), "SignInPage"),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("./sign-in/welcome-page.tsx"), "WelcomePage"),
});

async function requireSignIn({
  context,
  location,
}: {
  readonly context: RouterContext;
  readonly location: { readonly href: string };
}): Promise<void> {
  const who = await context.queryClient.ensureQueryData(whoQuery);
  if (who.user === null) throw redirect({ to: "/sign-in", search: { next: location.href } });
}

const openPreview = createRoute({
  getParentRoute: () => root,
  path: "/preview",
  validateSearch: checkPreviewSearch,
  beforeLoad: requireSignIn,
  component: lazyRouteComponent(() => import("./preview/open-preview-page.tsx"), "OpenPreviewPage"),
});

const sharedPreview = createRoute({
  getParentRoute: () => root,
  path: "/shared-preview",
  component: lazyRouteComponent(() => import("./preview/open-preview-page.tsx"), "SharedPreviewPage"),
});

/** Pages that require a sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: requireSignIn,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/sessions" });
  },
});

const sessions = createRoute({
  getParentRoute: () => inside,
  path: "/sessions",
  validateSearch: checkSessionsPage,
  component: lazyRouteComponent(() => import("./sessions/sessions-page.tsx"), "SessionsPage"),
});

const newSession = createRoute({
  getParentRoute: () => inside,
  path: "/sessions/new",
  validateSearch: checkComposerSearch,
  component: lazyRouteComponent(() => import("./composer/composer-page.tsx"), "ComposerPage"),
});

const session = createRoute({
  getParentRoute: () => inside,
  path: "/sessions/$sessionId",
  validateSearch: checkPanelSearch,
  component: lazyRouteComponent(() => import("./session/session-page.tsx"), "SessionPage"),
});

const attempts = createRoute({
  getParentRoute: () => inside,
  path: "/sessions/$sessionId/attempts",
  component: lazyRouteComponent(() => import("./attempts/attempts-page.tsx"), "AttemptsPage"),
});

const review = createRoute({
  getParentRoute: () => inside,
  path: "/review",
  validateSearch: checkReviewSearch,
  component: lazyRouteComponent(() => import("./review/review-page.tsx"), "ReviewPage"),
});

const pullRequest = createRoute({
  getParentRoute: () => inside,
  path: "/review/$pullRequestId",
  validateSearch: checkPullRequestSearch,
  component: lazyRouteComponent(() => import("./review/page/pull-request-page.tsx"), "PullRequestPage"),
});

const tour = createRoute({
  getParentRoute: () => inside,
  path: "/review/$pullRequestId/tour",
  validateSearch: checkTourSearch,
  component: lazyRouteComponent(() => import("./review/tour/tour-page.tsx"), "TourPage"),
});

const repositories = createRoute({
  getParentRoute: () => inside,
  path: "/repositories",
  validateSearch: checkRepositoriesSearch,
  component: lazyRouteComponent(() => import("./repositories/repositories-page.tsx"), "RepositoriesPage"),
});

const repository = createRoute({
  getParentRoute: () => inside,
  path: "/repositories/$repositoryId",
  validateSearch: checkBrowseSearch,
  component: lazyRouteComponent(() => import("./repositories/repository-page.tsx"), "RepositoryPage"),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "account" } });
  },
});

const settingsSection = createRoute({
  getParentRoute: () => inside,
  path: "/settings/$section",
  validateSearch: checkUsageSearch,
  component: lazyRouteComponent(() => import("./settings/settings-page.tsx"), "SettingsPage"),
});

const agents = createRoute({
  getParentRoute: () => inside,
  path: "/agents",
  validateSearch: checkAgentsSearch,
  component: lazyRouteComponent(() => import("./agents/agents-page.tsx"), "AgentsPage"),
});

const newAgent = createRoute({
  getParentRoute: () => inside,
  path: "/agents/new",
  component: lazyRouteComponent(() => import("./agents/new/new-agent-page.tsx"), "NewAgentPage"),
});

const agent = createRoute({
  getParentRoute: () => inside,
  path: "/agents/$agentId",
  validateSearch: checkAgentSearch,
  component: lazyRouteComponent(() => import("./agents/agent/agent-page.tsx"), "AgentPage"),
});

const projects = createRoute({
  getParentRoute: () => inside,
  path: "/projects",
  validateSearch: checkProjectsSearch,
  component: lazyRouteComponent(() => import("./projects/projects-page.tsx"), "ProjectsPage"),
});

const newProject = createRoute({
  getParentRoute: () => inside,
  path: "/projects/new",
  component: lazyRouteComponent(() => import("./projects/new/new-project-page.tsx"), "NewProjectPage"),
});

const project = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId",
  validateSearch: checkProjectSearch,
  component: lazyRouteComponent(() => import("./projects/project/project-page.tsx"), "ProjectPage"),
});

const insights = createRoute({
  getParentRoute: () => inside,
  path: "/insights",
  component: lazyRouteComponent(() => import("./insights/insights-page.tsx"), "InsightsPage"),
});

/** URLs of the built-in forge, as returned by the API. They redirect to the matching pages. */
const forgePullRequest = createRoute({
  getParentRoute: () => inside,
  path: "/$owner/$name/pull/$number",
  loader: async ({ params, abortController: { signal } }) => {
    const repositoryId = await findRepository(params, signal);
    const id = repositoryId && (await findPullRequest(repositoryId, Number(params.number), signal));
    if (id !== null)
      throw redirect({ to: "/review/$pullRequestId", params: { pullRequestId: id }, replace: true });
  },
  component: NotFound,
});

const leadsToRepository = {
  loader: async ({
    params,
    abortController: { signal },
  }: {
    params: { owner: string; name: string };
    abortController: AbortController;
  }) => {
    const repositoryId = await findRepository(params, signal);
    if (repositoryId !== null)
      throw redirect({ to: "/repositories/$repositoryId", params: { repositoryId }, replace: true });
  },
  component: NotFound,
};

const forgeRepository = createRoute({
  getParentRoute: () => inside,
  path: "/$owner/$name",
  ...leadsToRepository,
});

/**
 * A commit, issue, file or check of the built-in forge. Redirects to the repository, because these objects have no
 * separate pages.
 */
const forgeRest = createRoute({
  getParentRoute: () => inside,
  path: "/$owner/$name/$",
  ...leadsToRepository,
});

/** Route for unknown URLs. It is inside the layout, so that the navigation remains available. */
const nowhere = createRoute({ getParentRoute: () => inside, path: "$", component: NotFound });

function PageFailed({ error }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof PartMissing)
    return <Failed error={error} retry={text.general.loadAgain} onRetry={() => location.reload()} />;
  // Also reloads the data. Otherwise, the page would show the same error again.
  return <Failed error={error} onRetry={() => void router.invalidate()} />;
}

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      welcome,
      openPreview,
      sharedPreview,
      inside.addChildren([
        home,
        sessions,
        newSession,
        session,
        attempts,
        review,
        pullRequest,
        tour,
        repositories,
        repository,
        settings,
        settingsSection,
        agents,
        newAgent,
        agent,
        projects,
        newProject,
        project,
        insights,
        forgePullRequest,
        forgeRepository,
        forgeRest,
        nowhere,
      ]),
    ]),
    context: { queryClient },
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    // A page receives only the search parameters that it validates.
    search: { strict: true },
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
