/** Capabilities that package managers and services need. They apply only to the users of the sandbox. */
export const rootCapabilities = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "SETPCAP", "KILL"],
  ...["NET_BIND_SERVICE", "SYS_CHROOT", "SETFCAP"],
].map((name) => `CAP_${name}`);

/** Capabilities of a sandbox that builds images or runs containers. The system call filter limits what CAP_SYS_ADMIN allows. */
export const mountingCapabilities = [...rootCapabilities, "CAP_SYS_ADMIN"];
