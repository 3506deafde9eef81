import { randomBytes } from "node:crypto";
import { issueHook, noteHook } from "../bodies/hook-bodies.ts";
import type {
  FakeAward,
  FakeDiscussion,
  FakeIssue,
  FakeMergeRequest,
  FakeNote,
  FakePosition,
  FakeProject,
  FakeUser,
} from "../fake-records.ts";
import { FakeRefusal, notFound } from "../fake-refusal.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { sendHook } from "./hooks.ts";

type On = FakeMergeRequest | FakeIssue;

export async function openIssue(
  fake: FakeGitlab,
  project: FakeProject,
  by: FakeUser,
  input: { readonly title: string; readonly description: string },
): Promise<FakeIssue> {
  const issue: FakeIssue = {
    kind: "Issue",
    id: fake.nextId(),
    iid: project.issues.length + 1,
    title: input.title,
    description: input.description,
    state: "opened",
    author: by,
    createdAt: new Date(),
    updatedAt: new Date(),
    discussions: [],
    awards: [],
  };
  project.issues.push(issue);
  const target = { action_name: "opened", target_type: "Issue", target_iid: issue.iid };
  project.activity.push({ id: fake.nextId(), ...target, author: by, createdAt: new Date() });
  sendHook(
    fake,
    project,
    { eventName: "Issue Hook", switchName: "issues_events" },
    issueHook(fake, project, issue, { by, action: "open" }),
  );
  return issue;
}

/** Adds a note in a new discussion, or in the discussion `in`. */
export async function addNote(
  fake: FakeGitlab,
  project: FakeProject,
  on: On,
  input: {
    readonly by: FakeUser;
    readonly body: string;
    readonly position?: FakePosition | null;
    readonly in?: FakeDiscussion;
    readonly isThread?: boolean;
    readonly isSystem?: boolean;
  },
): Promise<{ readonly note: FakeNote; readonly discussion: FakeDiscussion }> {
  if (input.body.trim() === "")
    throw new FakeRefusal(400, { message: "400 Bad request - Note can't be blank" });
  const position = input.position ?? input.in?.notes[0]?.position ?? null;
  if (position !== null) await checkPosition(fake, project, on, position);
  const isThread = input.in !== undefined || input.isThread === true;
  const note: FakeNote = {
    id: fake.nextId(),
    type: position !== null ? "DiffNote" : isThread ? "DiscussionNote" : null,
    body: input.body,
    author: input.by,
    isSystem: input.isSystem ?? false,
    position,
    awards: [],
    createdAt: new Date(),
    updatedAt: new Date(),
  };
  const discussion = input.in ?? {
    id: randomBytes(20).toString("hex"),
    isIndividual: note.type === null,
    notes: [],
  };
  if (input.in === undefined) on.discussions.push(discussion);
  discussion.isIndividual &&= input.in === undefined;
  discussion.notes.push(note);
  on.updatedAt = new Date();
  if (note.isSystem) return { note, discussion };
  const target = { target_type: note.type ?? "Note", target_iid: note.id, note: { note, on } };
  project.activity.push({
    id: fake.nextId(),
    action_name: "commented on",
    ...target,
    author: input.by,
    createdAt: new Date(),
  });
  await announceNote(fake, project, on, { discussion, note, action: "create" });
  return { note, discussion };
}

export async function editNote(
  fake: FakeGitlab,
  project: FakeProject,
  on: On,
  edit: { readonly id: number; readonly body: string; readonly by: FakeUser },
): Promise<FakeNote> {
  const { note, discussion } = getNote(on, edit.id);
  if (note.author.id !== edit.by.id) throw new FakeRefusal(403, { message: "403 Forbidden" });
  note.body = edit.body;
  note.updatedAt = new Date();
  await announceNote(fake, project, on, { discussion, note, action: "update" });
  return note;
}

async function announceNote(
  fake: FakeGitlab,
  project: FakeProject,
  on: On,
  act: { discussion: FakeDiscussion; note: FakeNote; action: "create" | "update" },
): Promise<void> {
  const hook = { eventName: "Note Hook", switchName: "note_events" };
  sendHook(fake, project, hook, await noteHook(fake, project, on, act));
}

export function getNote(on: On, id: number): { note: FakeNote; discussion: FakeDiscussion } {
  for (const discussion of on.discussions) {
    const note = discussion.notes.find((one) => one.id === id);
    if (note !== undefined) return { note, discussion };
  }
  throw notFound("404 Note Not Found");
}

/** Adds a reaction. Each user can add each emoji only once. */
export function award(fake: FakeGitlab, awards: FakeAward[], by: FakeUser, name: string): FakeAward {
  if (!/^[a-z0-9_+-]+$/.test(name))
    throw notFound("404 Award Emoji Name is not a valid emoji name Not Found");
  if (awards.some((one) => one.user.id === by.id && one.name === name)) {
    throw notFound("404 Award Emoji Name has already been taken Not Found");
  }
  const made = { id: fake.nextId(), name, user: by };
  awards.push(made);
  return made;
}

/** Checks that the position of a note refers to an existing line. */
async function checkPosition(
  fake: FakeGitlab,
  project: FakeProject,
  on: On,
  position: FakePosition,
): Promise<void> {
  const refused = new FakeRefusal(400, {
    message: '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}',
  });
  if (on.kind === "Issue" || !position.head_sha || !position.base_sha || !position.start_sha) throw refused;
  const { owner, name } = project.git;
  const content = await fake.git.readFile(owner, name, on.sourceBranch, position.new_path);
  const lines = content === null ? 0 : content.split("\n").length;
  const line = position.new_line ?? position.old_line ?? 0;
  if (line < 1 || line > lines) throw refused;
}
