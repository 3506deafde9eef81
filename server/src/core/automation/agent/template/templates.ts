import { AppError } from "../../../base/index.ts";
import { instructionsOf } from "../instructions-text.ts";
import type { AgentTemplate } from "./template.ts";

type Written = Omit<AgentTemplate, "instructions"> & { readonly instructions: string };

const weekly = "0 6 * * 1";
const workdays = "0 7 * * 1-5";

const written: readonly Written[] = [
  {
    name: "addTestCoverage",
    title: "Add missing tests",
    description: "Finds important code that has no tests, and adds tests.",
    label: "Productivity",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Find behavior in this repository that people rely on and that no test covers: rules with several branches, error paths, parsing and anything that was fixed recently.

Choose the few places where a test has the most value. Follow the style of the existing tests, and use the tools that the repository already uses. Each test must fail when the behavior breaks. Break the behavior temporarily to confirm it.

Do not change product code, unless a test reveals a real bug. In that case, fix the bug and mention it in your final message. Run the whole test suite before you finish.`,
  },
  {
    name: "autoAgentsMdMaintainer",
    title: "Keep AGENTS.md up to date",
    description: "Compares AGENTS.md with the repository and corrects it.",
    label: "Documentation",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Read AGENTS.md, or CLAUDE.md if the repository uses that instead. Check each statement against the repository: commands run, paths exist and recent code follows the rules.

Correct what is wrong, remove what is obvious from the code and add what a new contributor would get wrong without guidance. Keep the file short. If neither file exists, write an AGENTS.md of at most 60 lines.

If everything is correct, change nothing, and report that.`,
  },
  {
    name: "autoDocsMaintainer",
    title: "Keep the documentation up to date",
    description: "Finds documentation that is outdated after recent changes, and corrects it.",
    label: "Documentation",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Review the changes on the default branch in the last seven days. For each change that affects users or contributors, find the documentation that covers it: the README, guides, comments of public functions and examples.

Correct what is no longer true and add what is missing, in the style of the existing text. Run the examples that you change.

Do not rewrite correct text. If nothing is outdated, change nothing, and report that.`,
  },
  {
    name: "commitOfTheDay",
    title: "Commit of the day",
    description: "Picks the most instructive commit of the last day and explains it.",
    label: "Reporting",
    artifactType: "Response",
    schedules: ["0 16 * * 1-5"],
    instructions: `Read the commits of the last 24 hours on the default branch. Choose the one that others can learn most from. In at most 200 words, explain what it does, why it was needed and what is good about the implementation. Name the author, and quote at most ten lines.

Do not change any files. If there were no commits, report that in one sentence.`,
  },
  {
    name: "deadCodeCleanup",
    title: "Remove dead code",
    description: "Finds unused code and removes it.",
    label: "Productivity",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Find code that is never used: unused dependencies, functions that are never called, exports that are never imported, flags that are always on and files that no build includes.

Make sure that code is unused before you remove it. Search for its name in strings, configuration and templates, and keep anything that other repositories may import. Remove code in small commits with one topic each, and run the build and the tests after each commit.

In your final message, list the code that looks unused but that you kept.`,
  },
  {
    name: "dependencySweepAgent",
    title: "Update dependencies",
    description: "Updates dependencies within their compatible ranges and fixes what breaks.",
    label: "Productivity",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `List the outdated dependencies with the repository's package manager. Update those whose new version is declared compatible, starting with those that fix a known vulnerability. Keep lock files in sync.

Read the release notes of each update if you can reach them. Run the build and the tests after each group of updates, and fix what breaks. Do not apply updates that need a larger change.

End your final message with a table of the updates: package, old version and new version. List the dependencies that you did not update, with the reason.`,
  },
  {
    name: "prDescription",
    title: "Describe a change",
    description: "Writes a description for the change in the run's payload.",
    label: "Code Review",
    artifactType: "Response",
    schedules: [],
    instructions: `The payload of this run describes a change: a branch, a commit or a pull request. Read its diff against the default branch.

Write a description for reviewers: what changes for users, how it is implemented, where to look first, how it was tested and what could go wrong. Include only what the diff shows. Use at most 300 words.

Do not change any files.`,
  },
  {
    name: "prReview",
    title: "Review a change",
    description: "Reviews the change in the run's payload, with a focus on correctness.",
    label: "Code Review",
    artifactType: "Response",
    schedules: [],
    instructions: `The payload of this run describes a change: a branch, a commit or a pull request. Read its diff against the default branch, and the surrounding code where it matters.

Look for correctness problems before style problems: wrong results, data loss, unvalidated input, race conditions and new behavior without tests. Reproduce a suspected problem in the sandbox before you report it.

Respond with a list, the most severe problem first: file and line, what happens and how to fix it. If you find no problems, list what you checked. Do not change any files.`,
  },
  {
    name: "securityScan",
    title: "Find security vulnerabilities",
    description: "Searches the repository for security vulnerabilities and fixes the confirmed ones.",
    label: "Monitoring",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Search this repository for vulnerabilities that an attacker could exploit: unvalidated input that reaches a shell, a query or a path, secrets in files, missing permission checks, weak randomness, unsafe parsing and dependencies with known vulnerabilities.

For each one, show the path from the input to the damage. Fix confirmed vulnerabilities whose fix is small, with a test that fails without the fix. Report the others, the most severe first, without a working exploit.

Do not report problems that no outside input can reach.`,
  },
  {
    name: "slopCop",
    title: "Clean up careless code",
    description:
      "Cleans up hastily written code, such as needless comments, copied code and unfinished parts.",
    label: "Code Review",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Review the changes on the default branch in the last seven days for signs of haste: comments that repeat the code, functions that were copied and slightly changed, swallowed errors, meaningless names, options that are never set and tests that cannot fail.

Clean them up in small commits, without changing behavior. Follow the style of the repository. Run the build and the tests.

Do not change code for reasons of taste alone. Every change must make the code easier to read.`,
  },
  {
    name: "staleCodeComments",
    title: "Fix outdated comments",
    description: "Finds comments that no longer match the code, and corrects them.",
    label: "Documentation",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Find comments and docstrings that no longer match their code: TODO notes for finished work, parameters that no longer exist, guarantees that the code does not provide and references to files or functions that moved.

Correct the comments that are still useful, and remove the others. Change only comments. If the code seems wrong and the comment right, change neither and report it.`,
  },
  {
    name: "summarizeChangesDaily",
    title: "Summarize the day",
    description: "Summarizes the commits of the last day for the team.",
    label: "Reporting",
    artifactType: "Response",
    schedules: [workdays],
    instructions: `Read the commits of the last 24 hours on the default branch. On a Monday, read those since Friday. Summarize them for the team in at most ten points, the most important first: what changes for users, what changes for developers and what needs attention. Group related commits, and name their authors.

Do not change any files. If there were no commits, report that in one sentence.`,
  },
  {
    name: "testAudit",
    title: "Audit the tests",
    description: "Finds tests that are meaningless, flaky or redundant, and improves them.",
    label: "Code Review",
    artifactType: "PullRequest",
    schedules: [weekly],
    instructions: `Review the tests of this repository critically. Find duplicate tests, tests that cannot fail, tests that depend on time, order or the network and tests that only test mocks.

Before you change a test, break the tested behavior temporarily to see whether the test notices. Make the test verify what its name promises, or remove it if another test already does. Never weaken a test to make it pass.

For each removed test, state in your final message what it claimed to verify, and which test verifies that now.`,
  },
];

export const agentTemplates: readonly AgentTemplate[] = written.map(({ instructions, ...template }) => ({
  ...template,
  instructions: instructionsOf(instructions),
}));

/** Returns a template. If the name is unknown, throws `code`, which is `invalid_input` for a name in a request body and defaults to `not_found`. */
export function getTemplate(name: string, code: "not_found" | "invalid_input" = "not_found"): AgentTemplate {
  const template = agentTemplates.find((one) => one.name === name);
  if (template !== undefined) return template;
  throw new AppError(
    code,
    `Unknown template ${JSON.stringify(name)}. Use one of: ${agentTemplates.map((one) => one.name).join(", ")}.`,
  );
}
