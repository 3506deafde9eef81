import type { Command } from "commander";

/** By the command whose help shows them: a line to type, and what it does. */
export const examples: Readonly<Record<string, readonly (readonly [line: string, does: string])[]>> = {
  tembo: [
    ["tembo login --url https://tembo.example.com", "keep a server and a key"],
    ['tembo session create "Fix the login" --repo acme/web --watch', "hand over a task and watch it"],
    ["source <(tembo completion bash)", "complete commands and ids in this shell"],
  ],
  session: [
    ['tembo session create "Fix the login" --repo acme/web', "hand over a task"],
    ["tembo session list", "what there is"],
    ["tembo session watch SESSION", "a readable transcript, live"],
    ['tembo session message SESSION "Add a test"', "say more"],
    ["tembo session diff SESSION --stat", "how much has changed"],
    ["tembo session apply SESSION", "bring the change into this checkout"],
  ],
};

/** Puts the examples below the help of each command that has some. */
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
