/** Returns arguments and an environment that make git run a shell script as an alias, like a dangerous git setting that was overlooked. */
export const plantedCommand = (repository: string, script: string) => ({
  args: ["-c", "safe.directory=*", "-c", `alias.planted=!(${script}) 2>&1`, "planted"],
  env: {
    PATH: "/usr/bin:/bin",
    HOME: "/nonexistent",
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    LC_ALL: "C",
  },
});
