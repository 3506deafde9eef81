import { parseArgs, styleText } from "node:util";
import Tembo from "@tembo-io/sdk";
import { startScriptedModel } from "../scripted-model/server.ts";
import { startTemboProcess, temporaryDataDir } from "../support/programs/tembo-process.ts";
import { pushFiles } from "../support/repositories.ts";
import { demoRepositories } from "./repositories.ts";
import { runTests } from "./run-tests.ts";
import { fixTheLogin } from "./script.ts";
import { Stopwatch } from "./stopwatch.ts";
import { tembo } from "./tembo-command.ts";

const API_KEY = "tembo_demo_0123456789abcdef";
const TARGET_BRANCH = "dev";
const BRANCH = "cooper-is-awesome";

const { values: options } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
process.exitCode = await demo();

/**
 * Demonstrates the product's main task, from an empty data folder to two pull requests with a fix. Returns the exit
 * code.
 */
async function demo(): Promise<number> {
  const time = new Stopwatch();
  const realKey = process.env.ANTHROPIC_API_KEY ?? "";
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  const model = realKey === "" ? await scriptedModel(cleanup) : {};
  print(
    "The demo starts Tembo in a temporary folder, creates two repositories with a failing test each, and has an agent fix both in one session. It takes about two minutes.",
  );
  print(
    realKey === ""
      ? "A scripted model responds, at no cost. Set ANTHROPIC_API_KEY to use a real model."
      : "The demo uses a real model, with your ANTHROPIC_API_KEY.",
  );

  await tembo(["harness", "install", "claudeCode"], { TEMBO_DATA_DIR: dataDir.path });
  time.lap("Claude Code installed");
  const server = await startTemboProcess({
    dataDir: dataDir.path,
    apiKey: API_KEY,
    env: { ...providerSettings(), ...model },
  });
  cleanup.defer(async () => void (await server.stop()));
  print(`Tembo listens at ${server.url}`);
  time.lap("server ready");

  const client = new Tembo({ apiKey: API_KEY, baseURL: server.url });
  const repositories = await Promise.all(
    demoRepositories.map((repository) => createRepository(client, repository)),
  );
  let allRight = true;
  for (const { name, url } of repositories) {
    const isPassing = await runTests(url, API_KEY, TARGET_BRANCH);
    allRight &&= report(!isPassing, `${name}: its test fails, as expected before the fix`);
  }
  time.lap("two repositories with a failing test each");

  const session = await client.session.create({
    prompt: "Fix the authentication bug in the login component",
    agent: "claudeCode:claude-opus-4-5",
    repositories: repositories.map(({ url }) => url),
    targetBranch: TARGET_BRANCH,
    branchName: BRANCH,
  });
  print(`Session ${session.id}: its transcript follows.`);
  const connection = { TEMBO_BASE_URL: server.url, TEMBO_API_KEY: API_KEY };
  allRight &&= report(
    (await tembo(["session", "watch", session.id], connection)) === 0,
    "the session completed",
  );
  time.lap("session worked");

  const { artifacts } = await client.session.retrieve(session.id);
  const pullRequests = artifacts.flatMap((artifact) => artifact.pullRequests);
  allRight &&= report(pullRequests.length === 2, "two pull requests are open");
  for (const { url, title, diff } of pullRequests) {
    print(`  ${styleText("bold", title ?? "")}  ${url}  +${diff?.additions} -${diff?.deletions}`);
  }
  print("The changes:");
  for (const { id } of (await client.session.diffs.list(session.id)).items) {
    const { data } = await client.session.diffs.retrieve(session.id, id);
    print(colorDiff(data));
  }
  for (const { name, url } of repositories) {
    allRight &&= report(
      await runTests(url, API_KEY, BRANCH),
      `${name}: its test passes on the pull request's branch`,
    );
  }
  time.lap("checked");
  time.print();
  if (options.keep) await keepUp(server.url);
  else
    print(
      '\nThe server now stops and its data is deleted, so the URLs above no longer work. To keep the server and explore the dashboard, run "npm run demo -- --keep". To start your own server, run "npm start".',
    );
  return allRight ? 0 : 1;
}

async function scriptedModel(cleanup: AsyncDisposableStack): Promise<Record<string, string>> {
  const model = await startScriptedModel();
  cleanup.defer(() => model.close());
  model.script(/authentication bug in the login component/, fixTheLogin);
  return { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "the-gateway-adds-this" };
}

/** Returns the environment variables for the user's own model account or inference service. */
function providerSettings(): Record<string, string> {
  const names = ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function createRepository(client: Tembo, { path, files }: (typeof demoRepositories)[number]) {
  const [owner = "", name = ""] = path.split("/");
  const repository = await client.repositories.create({ owner, name, baseBranch: TARGET_BRANCH });
  await pushFiles(repository.url, API_KEY, TARGET_BRANCH, files, "First version");
  return repository;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints the result of a check and returns that result. */
function report(isRight: boolean, what: string): boolean {
  print(`${isRight ? styleText("green", "✓") : styleText("red", "✗")} ${what}`);
  return isRight;
}

function colorDiff(patch: string): string {
  return patch
    .split("\n")
    .map((line) => {
      if (/^[+](?![+]{2})/.test(line)) return styleText("green", line);
      return /^-(?!--)/.test(line) ? styleText("red", line) : line;
    })
    .join("\n");
}

async function keepUp(url: string): Promise<void> {
  print(
    `\nThe server keeps running at ${url} (API key ${API_KEY}). Press Ctrl+C to stop it and delete its data.`,
  );
  await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
}
