import type { Command } from "commander";
import { commandLine } from "./complete/place.ts";

type Example = readonly [line: string, does: string];

/**
 * Examples for the help of each group, and of each command whose lines are in it: lines to type, with their effects.
 * Words in capitals are placeholders.
 */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  tembo: [
    ["tembo login --url https://tembo.example.com", "save a server and an API key"],
    ['tembo session create "Fix the login" --repo acme/web --watch', "start a session and follow it"],
    ["tembo completion bash", "print the completion script for bash"],
  ],
  session: [
    ['tembo session create "Fix the login" --repo acme/web', "start a session"],
    ['tembo session create "Fix it" --repo acme/web --attempts 3', "try the same task three times"],
    ["tembo session keep SESSION", "keep one of several attempts"],
    ["tembo session list --needs-you", "list sessions that wait for you"],
    ["tembo session list --mine --since 2026-01-31 --pr-state open", "combine filters"],
    ["tembo session watch SESSION", "follow the transcript"],
    ['tembo session message SESSION "Add a test"', "send a message"],
    ["tembo session diff SESSION --stat", "count the changed lines"],
    ["tembo session files SESSION src/app.ts", "print a file that the session changed"],
    ["tembo session terminal SESSION", "open a shell in the sandbox"],
    ["tembo session logs SESSION db --follow", "follow the log of a service"],
    ["tembo session apply SESSION", "apply the changes to this checkout"],
  ],
  agent: [
    ['tembo agent create "Old packages" "Update one." --repo acme/web', "create an agent"],
    ['tembo agent schedule add "Old packages" "0 9 * * 1-5"', "run it on weekdays at 9:00 UTC"],
    ['tembo agent run "Old packages" --watch', "run it now and follow it"],
    ["tembo agent templates", "list the templates"],
  ],
  project: [
    [
      "tembo project create web --repo acme/web --image debian:13 --setup-script setup.sh",
      "create a project",
    ],
    ["tembo project build web --follow", "build its environment and follow the log"],
    ["tembo project variable set web NPM_TOKEN --from-file FILE", "set a variable for builds"],
    ['tembo project schedule add web "0 3 * * *"', "build every day at 3:00 UTC"],
    ['tembo session create "Fix the login" --project web', "start a session from its environment"],
  ],
  user: [["tembo user invite ada@example.com", "print an invitation link"]],
  audit: [
    ["tembo audit --action secret.updated --since 2026-01-01", "show changes to secrets since a date"],
    ["tembo audit --json > audit.jsonl", "export the whole log"],
  ],
  artifact: [
    ["tembo artifact list --session SESSION", "list the artifacts of a session"],
    ["tembo artifact download ARTIFACT --to report.md", "save an artifact to a file"],
    ["tembo artifact create SESSION notes.md", "add a file to a session"],
  ],
  settings: [
    ["tembo settings get defaultAgent", "show a setting"],
    ["tembo settings set draftPrs true", "change a setting"],
    ["tembo settings set openaiApiKey --from-file FILE", "set a provider credential"],
    ["tembo settings set --user followUpBehavior steer", "change one of your own settings"],
  ],
  notification: [
    [
      "tembo notification set permission question --email on",
      "receive permission requests and questions by email",
    ],
    ["tembo notification quiet-hours 22:00 07:00", "send nothing at night"],
  ],
  "mail-server": [
    ["tembo mail-server set smtp.example.com tembo@example.com --username tembo", "set the server"],
  ],
  member: [
    ["tembo member add ci@example.com", "create an account for a program and print its API key"],
    ["tembo member role ada@example.com admin", "make a member an admin"],
  ],
  key: [
    ["tembo key create ci", "create a key and print it"],
    ["tembo key revoke KEY", "revoke a key"],
  ],
  secret: [
    ["tembo secret set NPM_TOKEN --from-file FILE", "set a variable in every session"],
    [
      'tembo secret bind NPM_TOKEN --host npm.example.com --prefix "Bearer "',
      "send the secret only to this host, never to sandboxes",
    ],
  ],
  skill: [
    ["tembo skill add ./skills/release", "add a skill from a folder"],
    ["tembo skill list --source repository --repo acme/web", "list the skills of a repository"],
  ],
  mcp: [
    ["tembo mcp add docs --server https://mcp.example.com", "add a remote MCP server"],
    ["tembo mcp add files -- mcp-files --read-only", "add a command that runs in the sandbox"],
    ["tembo mcp test docs", "check the connection"],
  ],
  model: [
    ["tembo model list", "list models and their states"],
    ["tembo model route claude-opus-4-5 own", "use the organization's key for a model"],
  ],
  integration: [
    ["tembo integration add github", "connect GitHub with a token"],
    ["tembo integration sync github", "synchronize its repositories"],
  ],
  repo: [
    ["tembo repo add ~/my-project", "push a local repository to the server"],
    ["tembo repo enable acme/web", "enable a repository for sessions"],
    ["tembo repo remove local/my-project", "remove a repository of the built-in forge"],
  ],
  plan: [
    ["tembo plan show SESSION", "show the plan of a session"],
    ["tembo plan approve SESSION --wait", "approve the plan, and wait for the turn to finish"],
  ],
  permission: [["tembo permission policy set --rule execute=ask", "require approval to run commands"]],
  budget: [["tembo budget set --month-usd 200", "limit monthly spending"]],
  egress: [["tembo egress set registries --allow api.example.com", "allow package registries and one host"]],
  pr: [
    ["tembo pr list --state open --tembo", "list open pull requests of sessions"],
    ["tembo pr show acme/web#12 --comments", "show a pull request with its checks and comments"],
    ["tembo pr diff acme/web#12 > change.patch", "save the changes as a patch"],
    ["tembo pr comment acme/web#12 --body 'Add a test.'", "add a comment"],
    ["tembo pr merge acme/web#12 --squash", "merge as one commit"],
    ["tembo pr close acme/web#12", "close without merging"],
  ],
  open: [
    ["tembo open SESSION", "open a session's page"],
    ["tembo open acme/web#12", "open a pull request's page"],
  ],
  delivery: [["tembo delivery list --status failed", "list failed deliveries"]],
  webhook: [
    ['tembo webhook create https://ci.example.com/tembo --event "session.*"', "send session events to a URL"],
    ["tembo webhook deliveries WEBHOOK --status failed", "list failed deliveries of a webhook"],
  ],
  worker: [
    ["tembo worker token", "create a one-time token for adding a machine"],
    ["tembo worker --join https://tembo.example.com --token TOKEN", "join the installation, and run turns"],
    ["tembo worker drain --wait", "move this machine's sessions to others, and stop its workers"],
  ],
  service: [
    ["tembo service install worker", "run a worker as a systemd service"],
    ["tembo service install --print", "print the unit, and change nothing"],
  ],
  upgrade: [
    ["tembo upgrade --dry-run", "show the migrations, and change nothing"],
    ["tembo upgrade --back", "undo the last upgrade, if nothing was written since"],
  ],
  profile: [["tembo profile use work", "switch to another server"]],
  harness: [["tembo harness install --all", "install all harnesses"]],
  completion: [
    [
      "tembo completion bash > ~/.local/share/bash-completion/completions/tembo",
      "bash, with bash-completion",
    ],
    ["tembo completion zsh > ~/.zfunc/_tembo", "zsh, with ~/.zfunc in fpath"],
    ["tembo completion fish > ~/.config/fish/completions/tembo.fish", "fish"],
  ],
};

/** Adds the examples to the help texts of their groups and commands. */
export function addExamples(program: Command): void {
  addTo(program, examples.tembo ?? []);
  for (const group of program.commands) {
    const lines = examples[group.name()] ?? [];
    addTo(group, lines);
    for (const command of commandsBelow(group)) {
      const typed = commandLine(command);
      addTo(
        command,
        lines.filter(([line]) => line === typed || line.startsWith(`${typed} `)),
      );
    }
  }
}

const commandsBelow = (group: Command): Command[] =>
  group.commands.flatMap((command) => [command, ...commandsBelow(command)]);

function addTo(command: Command, lines: readonly Example[]): void {
  if (lines.length === 0) return;
  const width = Math.max(...lines.map(([line]) => line.length));
  const text = lines.map(([line, does]) =>
    line.length > 60 ? `  ${line}\n      ${does}` : `  ${line.padEnd(Math.min(width, 60))}  ${does}`,
  );
  command.addHelpText("after", `\nExamples:\n${text.join("\n")}`);
}
