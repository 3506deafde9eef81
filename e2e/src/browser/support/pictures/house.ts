import assert from "node:assert/strict";
import { type Step, steps } from "../../../scripted-model/steps.ts";
import { eventually } from "../../../support/api-edge.ts";
import type { World } from "../../../support/index.ts";

const { say, think, title, write, read, edit, bash, fail } = steps;
const INSTRUCTIONS = {
  type: "doc",
  content: [
    {
      type: "paragraph",
      content: [{ type: "text", text: "Look at what is old in package.json, update it, and run the tests." }],
    },
  ],
} as const;
/** Scripts by user prompt. The screenshots of a session show the last script. */
const tasks: Readonly<Record<string, readonly Step[]>> = {
  "Keep the log short.": [title("Keep the log short"), write("log.txt", "1\n"), say("It is short now.")],
  "Name the colors of the lamp.": [title("Name the colors of the lamp"), fail(400)],
  "Boil at the right temperature.": [
    title("Boil at the right temperature"),
    think("Water boils at 100 degrees."),
    say("The kettle stops too early. I will look at **src/boil.ts** first."),
    read("src/boil.ts"),
    edit("src/boil.ts", "90", "100"),
    bash("echo 4 tests passed"),
    say("Water now boils at `100` degrees:\n\n- `boilsAt` matches the sensor reading\n- all tests pass"),
  ],
};

export type House = Awaited<ReturnType<typeof furnish>>;

/** Seeds one item of every kind that pages show. The result is the same in every run. */
export async function furnish(world: World) {
  const { client } = world;
  await client.users.update((await client.me.retrieve()).userId!, { name: "Ada Lovelace" });
  // Messages sent with an API key show the key's name.
  const [key] = (await client.apiKeys.list()).items;
  await client.apiKeys.update(key!.id, { name: "Ada Lovelace" });
  const repository = await world.repository("house/kettle", {
    "README.md": "# Kettle\n",
    "src/boil.ts": "export const boilsAt = 90;\n",
  });
  const start = async (prompt: string, script: readonly Step[], mode?: "planning") => {
    world.model.script(prompt, script);
    const { id } = await client.session.create({
      prompt,
      repositories: [repository.url],
      ...(mode && { agentOptions: { mode } }),
    });
    return id;
  };
  let workedId = "";
  for (const [prompt, script] of Object.entries(tasks)) {
    workedId = await start(prompt, script);
    await world.ended(workedId);
  }
  const plan = "# A lid for the kettle\n\n1. Measure the kettle\n2. Draw the lid\n3. Test that it closes";
  const plannedId = await start(
    "Plan a lid.",
    [title("Plan a lid"), read("README.md"), say(plan)],
    "planning",
  );
  await world.ended(plannedId);
  await client.session.create({ prompt: "Ask the toaster how it feels", queueRightAway: false });

  world.model.script(/what is old/, [title("Update what is old"), say("Nothing is old.")]);
  const agent = await client.agents.create({
    name: "Update what is old",
    instructions: INSTRUCTIONS,
    repositoryIds: [repository.id],
    schedules: [{ cron: "CRON_TZ=Europe/Berlin 0 9 * * 1-5" }],
  });
  await client.agents.triggers.create(agent.id, {
    name: "local.pull_request.opened",
    integrationType: "local",
  });
  const { jobId } = await client.agents.runs.create(agent.id);
  await eventually(async () => (await client.agents.runs.retrieve(agent.id, jobId)).status === "completed");
  await furnishSettings(world);
  const { project } = await client.projects.create({
    name: "Kettle",
    description: "Firmware and shop of the kettle",
    icon: "cloud",
    color: "teal",
    sizes: ["micro", "medium", "large"],
    codeRepositoryIds: [repository.id],
    source: { kind: "image", reference: "debian:13" },
    setupScript: "apt-get update\napt-get install -y postgresql\nnpm ci\n",
    services: [{ name: "db", command: "postgres -D data", ready: { tcp: 5432 } }],
    schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" },
  });
  await client.projects.environmentVariables.create(project.id, {
    secrets: [{ key: "DESCALER_TOKEN", value: "not-a-real-token" }],
  });

  // Runs last, because with this policy later sessions would also request permission.
  const { orgId } = await client.me.retrieve();
  await client.organizations.permissionPolicy.update(orgId!, {
    rules: { execute: "ask" },
    timeoutSeconds: 3_600,
  });
  const askingId = await start("Descale the kettle.", [
    title("Descale the kettle"),
    bash("./descale --slowly"),
  ]);
  await world.until(askingId, ({ eventType }) => eventType === "permission.requested");
  const [pullRequest] = (await client.pullRequests.list({ search: "Boil" })).items;
  return {
    workedId,
    plannedId,
    askingId,
    agentId: agent.id,
    projectId: project.id,
    repositoryId: repository.id,
    pullRequestId: pullRequest!.id,
  };
}

async function furnishSettings({ client, url }: World): Promise<void> {
  const { orgId } = await client.me.retrieve();
  await client.apiKeys.create({ name: "CI of the kettle" });
  await client.organizations.secrets.create(orgId!, { key: "DESCALER_TOKEN", value: "not-a-real-token" });
  await client.skills.create({
    name: "release-notes",
    description: "How release notes are written here.",
    files: [{ filename: "SKILL.md", content: "One line for each change that users see." }],
  });
  await client.mcpConnections.create({
    type: "stdio",
    name: "files",
    command: "mcp-files",
    args: ["--read-only"],
  });
  await client.webhooks.create({ url: "https://hooks.kettle.example/tembo", events: ["session.completed"] });
  await client.organizations.members.create(orgId!, { emailAddress: "grace@kettle.example" });
  await joinWithTwoBrowsers(client, url);
}

/** Adds a member who is signed in on a laptop and a phone. */
async function joinWithTwoBrowsers(client: World["client"], url: string): Promise<void> {
  const person = { email: "katherine@kettle.example", password: "a password of the kettle" };
  const link = new URL((await client.users.invite({ email: person.email })).url);
  const post = async (path: string, userAgent: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": userAgent },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const laptop = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) Firefox/140.0";
  const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Safari/604.1";
  const token = link.hash.slice(1);
  await post("/v1/sign-in/welcome", laptop, { ...person, token, name: "Katherine Johnson" });
  await post("/v1/sign-in", phone, person);
}
