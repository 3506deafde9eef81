import type { Page } from "playwright-core";
import type { World } from "../../support/index.ts";

export interface MainPage {
  readonly path: (sessionId: string) => string;
  /** Waits for the content that the page renders last. */
  readonly isThere: (page: Page) => Promise<void>;
  /** True if the page is for people who are not signed in. */
  readonly isOpen?: true;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { level: 1, name }).waitFor();

/** The most important pages, by name. */
export const mainPages: Readonly<Record<string, MainPage>> = {
  "the sign-in page": { path: () => "/sign-in", isThere: heading("Sign in to Tembo"), isOpen: true },
  "the list of sessions": {
    path: () => "/sessions",
    isThere: (page) => page.getByRole("link", { name: /Fix the kettle/ }).waitFor(),
  },
  "the composer": {
    path: () => "/sessions/new",
    isThere: (page) => page.getByRole("textbox", { name: "Task" }).waitFor(),
  },
  "the page of a session": { path: (id) => `/sessions/${id}`, isThere: heading("Fix the kettle") },
  "the changes of a session": {
    path: (id) => `/sessions/${id}?panel=changes`,
    isThere: (page) => page.getByText("b.txt").first().waitFor(),
  },
  "the review inbox": {
    path: () => "/review",
    isThere: (page) => page.getByRole("link", { name: /Fix the kettle/ }).waitFor(),
  },
  "the list of repositories": {
    path: () => "/repositories",
    isThere: (page) => page.getByRole("link", { name: "house/kettle" }).waitFor(),
  },
  "the list of projects": { path: () => "/projects", isThere: heading("Projects") },
  "the list of agents": { path: () => "/agents", isThere: heading("Agents") },
  "the insights": {
    path: () => "/insights",
    isThere: (page) =>
      page
        .getByText(/kettle/)
        .filter({ visible: true })
        .first()
        .waitFor(),
  },
};

/** Creates what the pages show: a session with a pull request, and a draft. Returns the session's ID. */
export async function fillMainPages(world: World): Promise<string> {
  const repository = await world.repository("house/kettle", { "a.txt": "1\n" });
  const prompt =
    'Fix the kettle. SCRIPT(think("Hm."), say("# Fixed\\n\\n- one\\n- `two`"), write("b.txt", "2\\n"))';
  const { id } = await world.client.session.create({ prompt, repositories: [repository.url] });
  await world.ended(id);
  await world.client.session.create({ prompt: "A draft", queueRightAway: false });
  return id;
}
