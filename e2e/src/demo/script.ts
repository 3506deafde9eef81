import { type Script, steps } from "../scripted-model/server.ts";

/** The model's script for the sample prompt. A real model determines its own steps. */
export const fixTheLogin: Script = [
  steps.title("Fix the password check and the token expiry"),
  steps.say("I will look at both repositories and run their tests first."),
  steps.bash("cd repo && node --test; cd ../repo-2 && node --test"),
  steps.read("repo/src/login.js"),
  steps.say("The password is compared with its hash. I compare the hashes instead."),
  steps.edit(
    "repo/src/login.js",
    "return account.passwordHash === password;",
    "return account.passwordHash === hash(password);",
  ),
  steps.read("repo-2/src/token.js"),
  steps.say("The comparison of the expiry is the wrong way round."),
  steps.edit("repo-2/src/token.js", "return token.expiresAtMs < nowMs;", "return token.expiresAtMs > nowMs;"),
  steps.bash("cd repo && node --test && cd ../repo-2 && node --test"),
  steps.say("Both tests pass: the login compares hashes, and a token is valid until it expires."),
];
