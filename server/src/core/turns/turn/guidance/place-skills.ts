import { MAX_SKILLS, mainFile, mainFileText, type Skill, type SkillFolders } from "../../../access/index.ts";
import { paths } from "../../../base/index.ts";
import { repositoryFolders } from "../../../forges/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { fingerprintOf } from "../../warm-sandbox/fingerprint.ts";
import type { TurnContext } from "../turn-context.ts";
import { capabilitiesOf } from "./organization-instructions.ts";
import { type SkillPlacement, skillPlacer } from "./skill-placer.ts";

const record = ".tembo-skills.json";
const MAX_REPOSITORY_FILES = 2_000;
const LIMIT_MS = 60_000;
const MAX_WORDS = 500;

/** What is placed for a harness that looks for skills. */
export interface SkillSet {
  readonly folders: SkillFolders;
  readonly skills: readonly Skill[];
  /** Folders of repositories, below the workspace. */
  readonly sources: readonly string[];
}

/** The skills that the message's harness does not find by itself; null when it knows none. */
export async function skillsOf(context: TurnContext): Promise<SkillSet | null> {
  const folders = capabilitiesOf(context).skillFolders;
  if (folders === null) return null;
  const [{ items: skills }, sources] = await Promise.all([
    context.ports.store.skills.list(context.organization.id, { limit: MAX_SKILLS }),
    sourcesOf(context, folders),
  ]);
  return { folders, skills, sources };
}

/** Equal for sets that are placed alike. What a session's work changes within a repository's folder does not count. */
export function skillsFit(set: SkillSet | null): string {
  if (set === null) return "none";
  return fingerprintOf({
    ...set,
    skills: set.skills.map(({ id, name, updatedAt }) => ({ id, name, updatedAt })),
  });
}

/**
 * Puts the organization's skills, and those of repositories that the harness would not find, where it looks for skills in HOME: there
 * they are no change of the workspace. To be called before the harness starts. What could not be placed is told, and does not end the
 * turn. Starts no program when there is nothing to do.
 */
export async function placeSkills(
  context: TurnContext,
  sandbox: Sandbox,
  set: SkillSet | null,
  signal: AbortSignal,
): Promise<void> {
  if (set === null) return;
  const { folders, skills, sources } = set;
  const { workspaceFiles, settings } = context.ports;
  const home = paths.home(settings.dataDir, context.session.id);
  const isNothing = skills.length === 0 && sources.length === 0;
  if (isNothing && !(await workspaceFiles.isFile(home, `${folders.home}/${record}`))) return;
  const placement: SkillPlacement = {
    home: sandbox.homePath,
    folder: folders.home,
    record,
    skills: skills.map(filesOf),
    sources: sources.map((path) => `${sandbox.workspacePath}/${path}`),
    maxEntries: MAX_REPOSITORY_FILES,
  };
  const failure = await run(sandbox, placement, signal);
  if (failure === null) return;
  await appendEvent(context, `skills:${context.lease.attempt}`, {
    type: "notice",
    message: `Skills could not be placed where the harness looks for them: ${failure}.`,
  });
}

/** Those that exist, below the workspace. With several repositories the harness starts above them and finds none by itself. */
async function sourcesOf(
  { ports, session, checkouts }: Pick<TurnContext, "ports" | "session" | "checkouts">,
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

/** Null when it is done, else why it is not. */
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
  // One that ends early closes the pipe; its exit code tells why.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(placement));
  const { code } = await child.exited;
  signal.throwIfAborted();
  if (code === 0) return null;
  if (late.aborted) return `it took longer than ${LIMIT_MS / 1000} s`;
  const sentence = /^\w*Error: (.*)$/m.exec(words)?.[1] ?? `its program ended with code ${code}`;
  return sentence.slice(0, MAX_WORDS);
}
