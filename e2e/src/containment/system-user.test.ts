import { chmod, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asUser } from "./support/controls.ts";
import { asRootOfSystem, withImage } from "./support/image.ts";
import { onStage } from "./support/probe.ts";
import { sh } from "./support/script.ts";
import { loot } from "./support/stage.ts";

const { probe, act } = onStage(async () => {
  // The image has the same entries as this folder of the host, except for the target of the link.
  const folder = await mkdtemp("/var/tmp/tembo-probes-");
  await chmod(folder, 0o755);
  const secret = join(folder, "secret");
  await writeFile(secret, `${loot}\n`, { mode: 0o644 });
  await symlink(secret, join(folder, "link"));
  const asOwner = join(folder, "as-owner");
  await copyFile("/usr/bin/id", asOwner);
  await chmod(asOwner, 0o4755);
  const image = await withImage("user", [
    { name: "var/tmp/", mode: 0o1777 },
    { name: join(folder, "link").slice(1), type: "2", target: secret },
    { name: asOwner.slice(1), body: await readFile("/usr/bin/id"), mode: 0o4755 },
  ]);
  return {
    ...image,
    extraPlaces: { LINK: join(folder, "link"), AS_OWNER: asOwner },
    alsoClose: async () => {
      await image.alsoClose();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

probe("profile user cannot replace a folder of programs in the image", {
  script: sh("rm -f /bin && ln -s /workspace /bin && echo changed"),
  contained: /Permission denied/,
  escaped: /^changed$/m,
  control: asRootOfSystem,
});

probe("profile user cannot change a program of the image", {
  script: sh("echo x >> /usr/bin/env && echo changed"),
  contained: /Permission denied|cannot create/,
  escaped: /^changed$/m,
  control: asRootOfSystem,
});

probe("profile user has no capability and can gain none", {
  script: sh("grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' /proc/self/status"),
  contained: /^(Cap...:\s0+\n){5}$/,
  escaped: /^Cap...:\s0*[1-9a-f]/m,
  control: asRootOfSystem,
});

probe("a setuid program of the image does not run as its owner", {
  script: sh('"$AS_OWNER" | tr " " "\\n" | grep euid; echo ran'),
  contained: /^ran$/m,
  escaped: /^euid=0/m,
  control: asUser,
});

probe("a link of the image does not reach host files", {
  script: sh('cat "$LINK"'),
  contained: /No such file/,
  control: asUser,
});

act("changes that another session makes to its image are hidden", {
  attempt: async (stage) => {
    await stage.runInOther(sh(`echo ${loot} > /var/tmp/planted`));
    return stage.run(sh("cat /var/tmp/planted"));
  },
  contained: /No such file/,
  control: (stage) => stage.runInOther(sh("cat /var/tmp/planted")),
});
