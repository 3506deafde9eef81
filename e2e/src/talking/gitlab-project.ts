import type Tembo from "@tembo-io/sdk";
import { announcePush } from "../../../server/src/forge/gitlab/testing/acts/push.ts";
import { fakePerson } from "../../../server/src/forge/gitlab/testing/fake-person.ts";
import type { FakeMergeRequest, FakeUser } from "../../../server/src/forge/gitlab/testing/fake-records.ts";
import type { FakeGitlabServer } from "../../../server/src/forge/gitlab/testing/fake-server.ts";
import type { ConnectedGitlab } from "./connect-gitlab.ts";

const LEVELS = { maintainer: 40, developer: 30, reporter: 20 } as const;

/** Creates a GitLab project with a merge request by Wilma. Connects and enables the project. */
export async function createProject(
  client: Tembo,
  gitlab: FakeGitlabServer,
  { integration, account }: ConnectedGitlab,
  path: string,
) {
  const project = await gitlab.addProject(path);
  const { owner, name } = project.git;
  const join = (user: FakeUser, level: keyof typeof LEVELS) => {
    project.members.set(user.id, LEVELS[level]);
    return fakePerson(gitlab, project, user);
  };
  join(account, "maintainer");
  const user = gitlab.addUser(`wilma_${gitlab.nextId()}`);
  const wilma = join(user, "developer");
  await gitlab.git.commitFile(owner, name, "main", { path: "a.txt", content: "1\n" });
  const after = await gitlab.git.commitFile(owner, name, "wilma/change", { path: "b.txt", content: "2\n" });
  await announcePush(gitlab, project, user, { ref: "refs/heads/wilma/change", before: null, after });
  const number = await wilma.openPullRequest({ title: "Change", head: "wilma/change", base: "main" });
  // The integration's first sync may also find the project. The two syncs may run in any order.
  await client.integrations.sync(integration.id, { mode: "immediate" });
  const [found] = (await client.repositories.list({ integrationId: integration.id, enabled: "all" })).items;
  await client.repositories.update(found!.id, { enabled: true });
  return {
    wilma,
    number,
    thread: { kind: "pullRequest", number } as const,
    mergeRequest: project.mergeRequests.find(({ iid }) => iid === number) as FakeMergeRequest,
    /** A user with read access only, and a bot with write access. */
    reporter: join(gitlab.addUser(`rita_${gitlab.nextId()}`), "reporter"),
    bot: join(gitlab.addUser(`project_${project.id}_bot_${gitlab.nextId()}`, true), "developer"),
    file: (at: string) => gitlab.git.readFile(owner, name, "wilma/change", at),
    notes: (by: FakeUser) =>
      notesOf(project.mergeRequests[0]!).filter(({ author, isSystem }) => author.id === by.id && !isSystem),
  };
}

const notesOf = ({ discussions }: FakeMergeRequest) => discussions.flatMap(({ notes }) => notes);
