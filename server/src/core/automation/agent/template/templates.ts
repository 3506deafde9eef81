import { AppError } from "../../../base/index.ts";
import { instructionsOf } from "../instructions-text.ts";
import type { AgentTemplate } from "./template.ts";

type Written = Omit<AgentTemplate, "instructions"> & { readonly instructions: string };

const weekly = "0 6 * * 1";
const workdays = "0 7 * * 1-5";

/** Templates by name, with original text. Each requires only a repository. */
const written: readonly Written[] = [
  {
    name: "addTestCoverage",
    title: "Test what is untested",
    description: "Finds code that matters and has no test, and writes the tests.",
    label: "Productivity",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Look for behavior in this repository that people rely on and that no test holds: rules with several branches, error paths, parsing, anything that was fixed recently.

Pick the few places where a test is worth most. Write tests in the manner of those that are there, with the tools the repository already uses. Each test must fail when the behavior is broken: break it for a moment and see.

Change no product code, but for a real mistake that a test brings to light; then fix it, and say so. Run the whole suite before you end.`,
  },
  {
    name: "autoAgentsMdMaintainer",
    title: "Keep AGENTS.md true",
    description: "Compares what AGENTS.md tells coding agents with the repository, and corrects it.",
    label: "Documentation",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Read AGENTS.md, or CLAUDE.md where that is what the repository has, and check each statement against the repository: commands run, paths exist, rules are followed by recent code.

Correct what is wrong, remove what is obvious from the code, and add what a newcomer would get wrong without guidance. Keep it short. Where neither file exists, write an AGENTS.md of at most sixty lines.

If everything holds, change nothing and say so.`,
  },
  {
    name: "autoDocsMaintainer",
    title: "Keep the documentation true",
    description: "Finds documentation that recent changes made wrong, and corrects it.",
    label: "Documentation",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Look at what was changed on the default branch in the last seven days. For each change that a user or a contributor notices, find the documentation that speaks of it: README, guides, comments of public functions, examples.

Correct what is no longer true and add what is missing, in the tone of what is there. Run the examples that you touch.

Do not rewrite what is right. If nothing is wrong, change nothing and say so.`,
  },
  {
    name: "commitOfTheDay",
    title: "Commit of the day",
    description: "Picks the most instructive commit of the last day and explains it.",
    label: "Reporting",
    artifactType: "Response",
    schedules: ["0 16 * * 1-5"],
    instructions: `Read the commits of the last 24 hours on the default branch. Pick the one from which others can learn most, and explain in at most 200 words what it does, why it was needed, and what is good about how it was done. Name the author, and quote no more than ten lines.

Change no files. If there was no commit, say so in one sentence.`,
  },
  {
    name: "deadCodeCleanup",
    title: "Remove dead code",
    description: "Finds code that nothing uses and removes it.",
    label: "Productivity",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Find code that nothing reaches: functions that are never called, exports without an import, flags that are always on, files that no build includes, dependencies that are not used.

Be sure before you remove: search for uses by name in strings, configuration and templates too, and leave alone what other repositories may import. Remove in small commits, one idea each, and run build and tests after each.

List in your answer what you suspect and left alone.`,
  },
  {
    name: "dependencySweepAgent",
    title: "Bring dependencies up to date",
    description: "Raises dependencies within their compatible range and fixes what breaks.",
    label: "Productivity",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `List the dependencies that are behind, with the package manager of the repository. Raise those whose new version promises compatibility; those that fix a known vulnerability come first. Keep lock files in step.

Read the release notes of what you raise as far as you can reach them. Run build and tests after each group, and fix what breaks. What cannot be raised without a larger change stays as it is.

End with a table: package, from, to, and why what was left was left.`,
  },
  {
    name: "prDescription",
    title: "Describe the newest work",
    description: "Writes a description for changes that came without one.",
    label: "Code Review",
    artifactType: "Response",
    schedules: [],
    instructions: `The payload of this run describes a change: a branch, a commit, or a pull request. Read its difference against the default branch.

Write a description for its reviewers: what changes for users, how it is done, where to look first, how it was tested, and what could go wrong. Say only what the difference shows. At most 300 words.

Change no files.`,
  },
  {
    name: "prReview",
    title: "Review a change",
    description: "Reviews the change in the payload, for correctness first.",
    label: "Code Review",
    artifactType: "Response",
    schedules: [],
    instructions: `The payload of this run describes a change: a branch, a commit, or a pull request. Read its difference against the default branch, and the code around it as far as it matters.

Look for what is wrong before what is not nice: wrong results, lost data, missing checks of what comes from outside, races, missing tests of new behavior. Try what you suspect, in the sandbox, before you state it.

Answer with a list, the gravest first: file and line, what happens, how to fix it. If you find nothing, say what you looked at. Change no files.`,
  },
  {
    name: "securityScan",
    title: "Look for weaknesses",
    description: "Searches the repository for security mistakes and fixes the certain ones.",
    label: "Monitoring",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Search this repository for mistakes that an attacker could use: input that reaches a shell, a query or a path unchecked, secrets in files, missing checks of who may do what, weak randomness, unsafe parsing, dependencies with known holes.

For each, show the way from the input to the harm. Fix what is certain and small, with a test that fails without it. Report the rest, the gravest first, without an attack that could be run.

Do not report what no way from outside leads to.`,
  },
  {
    name: "slopCop",
    title: "Tidy careless code",
    description: "Cleans up what was written in haste: needless comments, copies, half-finished parts.",
    label: "Code Review",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Look at what was changed on the default branch in the last seven days, for signs of haste: comments that repeat the code, functions that were copied and altered, errors that are swallowed, names that say nothing, options that are never set, tests that cannot fail.

Tidy them so that behavior stays the same, in small commits. Keep to the style of the repository. Run build and tests.

Leave taste alone: if a reader would not be glad of it, do not change it.`,
  },
  {
    name: "staleCodeComments",
    title: "Fix comments that lie",
    description: "Finds comments that no longer describe their code.",
    label: "Documentation",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Find comments and docstrings that are no longer true of the code they stand at: parameters that are gone, promises that are not kept, references to files or functions that moved, notes of work that was done since.

Correct those that say something worth saying, and remove the others. Change comments alone. Where the code seems wrong and the comment right, leave both and report it.`,
  },
  {
    name: "summarizeChangesDaily",
    title: "What changed today",
    description: "Sums up the commits of the last day for the team.",
    label: "Reporting",
    artifactType: "Response",
    schedules: [workdays],
    instructions: `Read the commits of the last 24 hours on the default branch; on a Monday those since Friday. Sum them up for the team in at most ten points, the weightiest first: what is different for users, what for developers, what needs attention. Put related commits together, and name their authors.

Change no files. If there was no commit, say so in one sentence.`,
  },
  {
    name: "testAudit",
    title: "Audit the tests",
    description: "Finds tests that prove nothing, are fragile or are double, and improves them.",
    label: "Code Review",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Read the tests of this repository with suspicion. Find those that cannot fail, that depend on time, order or the network, that test the mocks, or that say the same as another one.

For each you touch, break the behavior for a moment to see whether the test notices. Make it hold what its name says, or remove it where another one does. Never make a test laxer to have it pass.

Report in your answer what each removed test claimed to hold, and what holds it now.`,
  },
];

export const agentTemplates: readonly AgentTemplate[] = written.map(({ instructions, ...template }) => ({
  ...template,
  instructions: instructionsOf(instructions),
}));

/** Returns a template. Throws `not_found`, or `invalid_input` if the name was part of a request body. */
export function findTemplate(name: string, code: "not_found" | "invalid_input" = "not_found"): AgentTemplate {
  const template = agentTemplates.find((one) => one.name === name);
  if (template !== undefined) return template;
  throw new AppError(
    code,
    `There is no template ${JSON.stringify(name)} here; there are: ${agentTemplates.map((one) => one.name).join(", ")}.`,
  );
}
