import { asUser } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { sh } from "./support/script.ts";

const { act } = onStage();
const mebibyte = 1024 ** 2;

for (const [sentence, attack, limits, contained] of [
  [
    "a sandbox whose files together exceed the disk limit is killed",
    "for n in $(seq 60); do head -c 2M /dev/zero > fill-$n; done",
    { diskBytes: 64 * mebibyte },
    /SIGKILL .*disk/i,
  ],
  [
    "a sandbox with too many files is killed",
    "mkdir many; cd many; seq 3000 | xargs touch",
    { files: 1_000 },
    /SIGKILL .*files/i,
  ],
  [
    "a deleted file that is held open counts toward the disk limit",
    "exec 8> one 9> two; rm one two; for n in $(seq 25); do head -c 2M /dev/zero >&8; head -c 2M /dev/zero >&9; done",
    { diskBytes: 64 * mebibyte },
    /SIGKILL .*disk/i,
  ],
] as const) {
  act(sentence, {
    // The server detects the exceeded limit within seconds and kills the sandbox long before the sleep ends.
    attempt: (stage) => stage.runInFresh(sh(`{ ${attack}; } 2>/dev/null; sleep 40; echo survived`), limits),
    contained,
    escaped: /^survived$/m,
    control: (stage) => asUser(sh(`mkdir -p disk; cd disk; ${attack}; echo survived`), stage),
  });
}
