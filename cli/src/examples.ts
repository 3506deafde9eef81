import type { Command } from "commander";

type Example = readonly [line: string, does: string];

/**
 * Examples by the command whose help shows them: lines to type, and their effect. Words in capitals are placeholders.
 */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  tembo: [
    ["tembo login --url https://tembo.example.com", "keep a server and a key"],
    ['tembo session create "Fix the login" --repo acme/web --watch', "hand over a task and watch it"],
    ["tembo completion bash", "what makes bash complete commands and ids"],
  ],
  session: [
    ['tembo session create "Fix the login" --repo acme/web', "hand over a task"],
    ["tembo session list --search login", "find it again"],
    ["tembo session watch SESSION", "a readable transcript, live"],
    ['tembo session message SESSION "Add a test"', "say more"],
    ["tembo session diff SESSION --stat", "how much has changed"],
    ["tembo session apply SESSION", "bring the change into this checkout"],
  ],
  agent: [
    ['tembo agent create "Old packages" "Update one." --repo acme/web', "save an agent"],
    ['tembo agent schedule add "Old packages" "0 9 * * 1-5"', "start it on weekdays at nine, in UTC"],
    ['tembo agent run "Old packages" --watch', "start it now, and watch"],
    ["tembo agent templates", "list the templates"],
  ],
  user: [["tembo user invite ada@example.com", "a link to join with, and to choose a password"]],
  audit: [
    ["tembo audit --action secret.updated --since 2026-01-01", "who changed secrets this year"],
    ["tembo audit --json > audit.jsonl", "export all of it"],
  ],
  artifact: [
    ["tembo artifact list --session SESSION", "what a session made"],
    ["tembo artifact download ARTIFACT --to report.md", "write it into a file"],
    ["tembo artifact create SESSION notes.md", "put a file beside them"],
  ],
  settings: [
    ["tembo settings get defaultAgent", "show one"],
    ["tembo settings set draftPrs true", "change one"],
    ["tembo settings set openaiApiKey --from-file FILE", "keep a provider's credential"],
    ["tembo settings set --user followUpBehavior steer", "change one of your own"],
  ],
  member: [
    ["tembo member add ada@example.com", "invite a person and print the key to join with"],
    ["tembo member role ada@example.com admin", "let them change what is the organization's"],
  ],
  key: [
    ["tembo key create ci", "print a new key, this once"],
    ["tembo key revoke KEY", "end a key at once"],
  ],
  secret: [
    ["tembo secret set NPM_TOKEN --from-file FILE", "a variable of every session"],
    [
      'tembo secret bind NPM_TOKEN --host npm.example.com --prefix "Bearer "',
      "used, and never seen in a sandbox",
    ],
  ],
  skill: [
    ["tembo skill add ./skills/release", "teach the organization's sessions"],
    ["tembo skill list --source repository --repo acme/web", "what lies in a repository"],
  ],
  mcp: [
    ["tembo mcp add docs --server https://mcp.example.com", "a remote MCP server"],
    ["tembo mcp add files -- mcp-files --read-only", "a program of the sandbox"],
    ["tembo mcp test docs", "greet it once"],
  ],
  model: [
    ["tembo model list", "which can be named, and which lack a credential"],
    ["tembo model route claude-opus-4-5 own", "who answers for one"],
  ],
  integration: [
    ["tembo integration add github", "connect GitHub by a token that is typed unseen"],
    ["tembo integration sync github", "look for its repositories"],
  ],
  repo: [
    ["tembo repo add ../my-project", "put a repository of this machine on the server"],
    ["tembo repo enable acme/web", "let sessions use one of an integration"],
  ],
  plan: [
    ["tembo plan show SESSION", "read what was planned"],
    ["tembo plan approve SESSION --wait", "have it carried out"],
  ],
  permission: [["tembo permission policy set --rule execute=ask", "ask a person before a program is run"]],
  budget: [["tembo budget set --month-usd 200", "bound what all sessions spend"]],
  egress: [["tembo egress set registries --allow api.example.com", "open package registries and one host"]],
  "pull-request": [["tembo pull-request list --state open --tembo", "those that sessions work on"]],
  delivery: [["tembo delivery list --status failed", "what forges told in vain"]],
  webhook: [
    [
      'tembo webhook create https://ci.example.com/tembo --event "session.*"',
      "receive the events of sessions",
    ],
    ["tembo webhook deliveries WEBHOOK --status failed", "what did not arrive"],
  ],
  profile: [["tembo profile use work", "take another server"]],
  harness: [["tembo harness install --all", "install all now instead of on first use"]],
  completion: [
    [
      "tembo completion bash > ~/.local/share/bash-completion/completions/tembo",
      "bash, with bash-completion",
    ],
    ["tembo completion zsh > ~/.zfunc/_tembo", "zsh, with ~/.zfunc in fpath"],
    ["tembo completion fish > ~/.config/fish/completions/tembo.fish", "fish"],
  ],
};

/** Adds the examples to the help of each command that has some. */
export function addExamples(program: Command): void {
  for (const command of [program, ...program.commands]) {
    const lines = examples[command.name()];
    if (lines === undefined) continue;
    const width = Math.max(...lines.map(([line]) => line.length));
    const text = lines.map(([line, does]) =>
      line.length > 60 ? `  ${line}\n      ${does}` : `  ${line.padEnd(Math.min(width, 60))}  ${does}`,
    );
    command.addHelpText("after", `\nExamples:\n${text.join("\n")}`);
  }
}
