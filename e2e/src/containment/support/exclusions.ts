import { type Combination, isOn } from "../../../../server/src/sandbox/testing/combinations.ts";

/** Combinations on which probes do not run, and why. */
export interface Exclusion {
  readonly on: Partial<Combination>;
  /** Sentences for the notes in docs/security.md. */
  readonly reason: string;
  /** True if the combination does not guarantee the claim, although it applies. */
  readonly isOpen?: true;
}

/** Exclusions of all probes of a file, which passes its entry to `onStage` or `onCombinations`. */
export const scopes = {
  everywhere: [],
  images: [
    {
      on: { source: "machine" },
      reason: "The claim is about images. Here, programs of the machine run.",
    },
  ],
  builder: [
    {
      on: { source: "image" },
      reason: "A builder shows the machine's own `/usr`, and no session runs in it.",
    },
    { on: { sandbox: "runsc" }, reason: "Not offered. gVisor rejects the builder." },
  ],
  containers: [
    {
      on: { source: "machine" },
      reason: "Containers need an image and the user root. A project without them is rejected.",
    },
    {
      on: { profile: "user" },
      reason: "Containers need an image and the user root. A project without them is rejected.",
    },
    { on: { sandbox: "runsc" }, reason: "Not offered. gVisor rejects containers." },
  ],
  filter: [
    {
      on: { sandbox: "runsc" },
      reason:
        "gVisor has no filter of Tembo's. Its own kernel answers these calls, so programs can create namespaces and keys in it. gVisor filters its own calls to the host.",
    },
  ],
  ownKernel: [
    {
      on: { sandbox: "bubblewrap" },
      reason: "Not guaranteed. Programs share the kernel of the host.",
      isOpen: true,
    },
  ],
  wholeTurns: [
    {
      on: { source: "image" },
      reason:
        "The probes run whole turns on the machine's programs. The program sees the same processes and sockets on an image.",
    },
  ],
} as const satisfies Record<string, readonly Exclusion[]>;

/** Exclusions of single probes. */
const ofProbes: readonly (Exclusion & { readonly probes: readonly string[] })[] = [
  {
    probes: [
      "system programs cannot be replaced",
      "no library can be preloaded into every program",
      "profile user cannot replace a folder of programs in the image",
      "profile user cannot change a program of the image",
    ],
    on: { profile: "root" },
    reason: "Allowed. Root can change its session's own copy of the system.",
  },
  {
    probes: ["root's HOME is hidden"],
    on: { source: "image" },
    reason: "The image has its own HOME for root. The HOME of the host's root is not mounted.",
  },
  {
    probes: [
      "no capability is held or can be gained",
      "the groups of the server's user are dropped",
      "the session's user is not root, not even inside the sandbox",
    ],
    on: { profile: "root" },
    reason: "Allowed. Root has 11 capabilities, over its own IDs only.",
  },
  {
    probes: ["the root directory cannot be changed with chroot"],
    on: { profile: "root" },
    reason: "Allowed. Root has `CAP_SYS_CHROOT`, which package managers need.",
  },
  {
    probes: ["root of a system has no further capability", "root of a system is another user on the host"],
    on: { profile: "user" },
    reason: "The claim is about profile `root`. Profile `user` has no capability.",
  },
  {
    probes: ["root of a system is another user on the host"],
    on: { sandbox: "runsc" },
    reason:
      "A program in gVisor sees other IDs than the host. Another probe checks its processes on the host.",
  },
  {
    probes: ["a process cannot raise its priority"],
    on: { sandbox: "runsc" },
    reason: "gVisor stores the priority of a program and ignores it.",
  },
  {
    probes: ["the kernel's network settings cannot be changed"],
    on: { sandbox: "runsc", profile: "root" },
    reason: "Root can change the network settings of gVisor's own kernel, which has no network.",
  },
  {
    probes: ["the sandbox's init cannot be stopped or killed by a program"],
    on: { sandbox: "runsc", profile: "root" },
    reason: "Not guaranteed. Root can kill init, which ends its own sandbox.",
    isOpen: true,
  },
  {
    probes: ["files cannot be created in /dev"],
    on: { sandbox: "runsc", profile: "root" },
    reason:
      "Not guaranteed. gVisor ignores limits for `/dev`. Its files count toward the sandbox's memory limit.",
    isOpen: true,
  },
];

/** Returns the exclusion of a probe on a combination, or null if the probe runs. */
export function exclusionOf(
  probe: string,
  scope: readonly Exclusion[],
  combination: Combination,
): Exclusion | null {
  const all = [...scope, ...ofProbes.filter(({ probes }) => probes.includes(probe))];
  return all.find(({ on }) => isOn(combination, on)) ?? null;
}

/** Names of all probes that have an exclusion of their own. */
export const excludedProbes: readonly string[] = ofProbes.flatMap(({ probes }) => probes);
