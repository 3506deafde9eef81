/** Capabilities that package managers and services need. They apply only to the users of the sandbox. */
export const rootCapabilities = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "SETPCAP", "KILL"],
  ...["NET_BIND_SERVICE", "SYS_CHROOT", "SETFCAP"],
].map((name) => `CAP_${name}`);
