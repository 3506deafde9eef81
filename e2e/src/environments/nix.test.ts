import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { logOf, refreshByPush } from "../stories/projects/run-build.ts";
import type { Files } from "../support/index.ts";
import { skip } from "./debian-image.ts";
import { type Environments, openEnvironments } from "./open-environments.ts";

const system = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux`;

/** A flake that needs neither nixpkgs nor a binary cache. Its dev shell has a tool and a variable. */
const flake = (greeting: string) => `{
  outputs = { self }: let
    system = "${system}";
    tool = derivation {
      inherit system;
      name = "shop-tool";
      builder = "/bin/sh";
      args = [ "-c" ''
        /bin/mkdir -p $out/bin
        echo '#!/bin/sh' > $out/bin/shop-tool
        echo 'echo "the tool greets: $GREETING"' >> $out/bin/shop-tool
        /bin/chmod +x $out/bin/shop-tool
      '' ];
    };
  in {
    devShells.\${system}.default = derivation {
      inherit system;
      name = "shop-shell";
      builder = "/bin/bash";
      outputs = [ "out" ];
      PATH = "\${tool}/bin";
      GREETING = "${greeting}";
      lowercase = "an attribute of the derivation";
    };
  };
}
`;

const look = "shop-tool; cat ../made.txt ../served.txt; env | grep -c -e ^lowercase= -e homeless; echo $HOME";

describe("dev shells of Nix", { skip }, () => {
  let environments: Environments;
  before(async () => {
    environments = await openEnvironments();
  });
  after(() => environments?.close());

  /** Creates a project whose variable NIX_CONFIG turns off the binary cache, which the flakes do not need. */
  async function projectOf(name: string, files: Files, settings: object) {
    const created = await environments.projectOf(name, files, settings);
    const secrets = [{ key: "NIX_CONFIG", value: "substituters =" }];
    await environments.edge.client.projects.environmentVariables.create(created.project.id, { secrets });
    return created;
  }

  const settings = {
    user: "root",
    setupScript: "shop-tool > made.txt",
    services: [
      {
        name: "server",
        command: "shop-tool > /workspace/served.txt; exec sleep infinity",
        ready: { command: "test -s /workspace/served.txt" },
      },
    ],
  };

  test("give their tools and variables to the setup script, services and agents, and follow a push", async (t) => {
    const { edge, build, session } = environments;
    const { repository, project } = await projectOf(
      "shop",
      { "flake.nix": flake("first") },
      { ...settings, refresh: true },
    );
    const built = await build(project.id);
    t.diagnostic(built.summary);
    assert.doesNotMatch(built.log, /cache\.nixos\.org/);
    assert.match(built.log, /\[shop: nix print-dev-env, for flake\.nix\]/);
    const body = { codeRepoIds: [repository.id], projectId: project.id };
    const greets = (word: string) => new RegExp(`(the tool greets: ${word}\\\\n){3}0\\\\n/home/tembo`);
    assert.match((await session(look, body)).output, greets("first"));
    assert.doesNotMatch((await session("git status --short", body)).output, /flake\.lock/);

    const files = { "flake.nix": flake("second") };
    const refreshed = await refreshByPush(edge, project.id, repository.url, files);
    const log = await logOf(edge, project.id, refreshed.id);
    assert.match(log, /Building on the environment of/);
    assert.doesNotMatch(log, /Building everything again/);
    assert.match((await session(look, body)).output, greets("second"));
  });

  test("prefer tembo.nix, and do not reach other projects with the same image", async () => {
    const { build, session } = environments;
    const { repository, project } = await projectOf(
      "both",
      { "flake.nix": flake("ignored"), "tembo.nix": flake("preferred") },
      { user: "root" },
    );
    await build(project.id);
    const own = await session("shop-tool", { codeRepoIds: [repository.id], projectId: project.id });
    assert.match(own.output, /greets: preferred/);

    const other = await projectOf("other", { "a.txt": "" }, { user: "root" });
    const built = await build(other.project.id);
    assert.match(built.log, /The image is on this machine/);
    const { output } = await session("shop-tool; echo greeting=$GREETING.", {
      codeRepoIds: [other.repository.id],
      projectId: other.project.id,
    });
    assert.match(output, /not found.*greeting=\./);
  });

  test("fail the build with the error of Nix, and have no effect without root", async () => {
    const { ended, build } = environments;
    const { project } = await projectOf("broken", { "tembo.nix": "{ outputs = 1 +; }" }, { user: "root" });
    const failed = await ended(project.id);
    assert.equal(failed.status, "failed");
    assert.match(
      failed.failure ?? "",
      /The dev shell of broken\/tembo\.nix could not be built.*syntax error/s,
    );

    const odd = flake("x").replace("GREETING =", 'NODE_OPTIONS = "--no-such-option"; GREETING =');
    const unusable = await projectOf("odd", { "flake.nix": odd }, { user: "root" });
    assert.match(
      (await ended(unusable.project.id)).failure ?? "",
      /Node\.js does not run with the variables of the dev shells/,
    );

    const packaged = flake("unused").replace("devShells", "packages");
    const packages = await projectOf("packages", { "flake.nix": packaged }, { user: "root" });
    const skipped = await build(packages.project.id);
    assert.match(skipped.log, /Skipped, because the flake has no dev shell for this system/);

    const user = await projectOf("user", { "flake.nix": flake("unused") }, { user: "user" });
    assert.match(
      (await build(user.project.id)).log,
      /\[user: flake\.nix has no effect\. Set the project's user to root/,
    );
  });
});
