import { MAX_SKILLS, mainFile, mainFileText, type Skill, type SkillFolders } from "../../../access/index.ts";
import { paths, withReason } from "../../../base/index.ts";
import { repositoryFolders } from "../../../forges/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { fingerprintOf } from "../../warm-sandbox/fingerprint.ts";
import type { TurnContext, WorkContext } from "../turn-context.ts";
import { capabilitiesOf } from "./organization-instructions.ts";
import { type SkillPlacement, skillPlacer } from "./skill-placer.ts";

const record = ".tembo-skills.json";
const MAX_REPOSITORY_FILES = 2_000;
const LIMIT_MS = 60_000;
const MAX_WORDS = 500;

/** Skills to place for a harness that supports them. */
export interface SkillSet {
  readonly folders: SkillFolders;
  readonly skills: readonly Skill[];
  /** Skill folders of repositories, relative to the workspace. */
  readonly sources: readonly string[];
}

/** Returns the skills that the message's harness does not discover on its own, or null if it does not support skills. */
export async function skillsOf(context: WorkContext): Promise<SkillSet | null> {
  const folders = capabilitiesOf(context).skillFolders;
  if (folders === null) return null;
  const [{ items: skills }, sources] = await Promise.all([
    context.ports.store.skills.list(context.organization.id, { limit: MAX_SKILLS }),
    sourcesOf(context, folders),
  ]);
  return { folders, skills, sources };
}

/**
 * Returns a fingerprint that is equal for sets that result in the same placement. Ignores changes that the session
 * makes inside a repository's skill folder.
 */
export function skillsFit(set: SkillSet | null): string {
  if (set === null) return "none";
  return fingerprintOf({
    ...set,
    skills: set.skills.map(({ id, name, updatedAt }) => ({ id, name, updatedAt })),
  });
}

/** Copies the skills as `copySkills` does. On failure, appends a notice and does not end the turn. */
export async function placeSkills(
  context: TurnContext,
  sandbox: Sandbox,
  set: SkillSet | null,
  signal: AbortSignal,
): Promise<void> {
  const failure = await copySkills(context, sandbox, set, signal);
  if (failure === null) return;
  await appendEvent(context, `skills:${context.lease.attempt}`, {
    type: "notice",
    message: withReason("Skills could not be copied to the harness's skill folder", failure),
  });
}

/**
 * Copies the organization's skills, and repositories' skills that the harness would not find, to the harness's skill
 * folder in HOME, which is outside the workspace. Call this before the harness starts. Returns the reason for a
 * failure, or null. Starts no program if there is nothing to do. Throws the signal's reason if the signal aborts.
 */
export async function copySkills(
  context: WorkContext,
  sandbox: Sandbox,
  set: SkillSet | null,
  signal: AbortSignal,
): Promise<string | null> {
  if (set === null) return null;
  const { folders, skills, sources } = set;
  const { workspaceFiles, settings } = context.ports;
  const home = paths.home(settings.dataDir, context.session.id);
  const isNothing = skills.length === 0 && sources.length === 0;
  if (isNothing && !(await workspaceFiles.isFile(home, `${folders.home}/${record}`))) return null;
  const placement: SkillPlacement = {
    home: sandbox.homePath,
    folder: folders.home,
    record,
    skills: skills.map(filesOf),
    sources: sources.map((path) => `${sandbox.workspacePath}/${path}`),
    maxEntries: MAX_REPOSITORY_FILES,
  };
  return run(sandbox, placement, signal);
}

/**
 * Returns the existing skill folders that the harness does not discover on its own, as paths relative to the workspace. With
 * several repositories, the harness starts in their parent folder and discovers none of them.
 */
async function sourcesOf(
  { ports, session, checkouts }: Pick<WorkContext, "ports" | "session" | "checkouts">,
  { workspace: own }: SkillFolders,
): Promise<string[]> {
  const root = paths.workspace(ports.settings.dataDir, session.id);
  const sources: string[] = [];
  for (const { use } of checkouts) {
    for (const folder of repositoryFolders(ports)) {
      if (checkouts.length === 1 && own.includes(folder)) continue;
      const path = `${use.directory}/${folder}`;
      if (await ports.workspaceFiles.isFolder(root, path)) sources.push(path);
    }
  }
  return sources;
}

const filesOf = (skill: Skill) => ({
  name: skill.name,
  files: skill.files.map(({ filename, content }) => ({
    path: filename,
    text: filename === mainFile ? mainFileText(skill, content) : content,
  })),
});

/** Runs the program that places the skills. Returns null on success, or the reason for the failure. */
async function run(sandbox: Sandbox, placement: SkillPlacement, signal: AbortSignal): Promise<string | null> {
  const late = AbortSignal.timeout(LIMIT_MS);
  const child = sandbox.spawn(
    {
      argv: ["/bin/sh", "-c", 'exec node -e "$0"', skillPlacer],
      cwd: sandbox.homePath,
      env: {},
    },
    AbortSignal.any([signal, late]),
  );
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-10 * MAX_WORDS);
  });
  child.stdout.resume();
  // A program that exits early closes the pipe. Its exit code explains the failure.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(placement));
  const { code, signal: killedBy } = await child.exited;
  signal.throwIfAborted();
  if (code === 0) return null;
  if (late.aborted) return `the copy took longer than ${LIMIT_MS / 1000} seconds`;
  const sentence =
    /^\w*Error: (.*)$/m.exec(words)?.[1] ??
    `the program that copies the skills exited with ${code ?? killedBy}`;
  return sentence.slice(0, MAX_WORDS);
}
