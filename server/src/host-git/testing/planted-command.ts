/**
 * Returns arguments and an environment with which git runs a shell script as an alias. The alias represents any dangerous git setting that
 * the server overlooked.
 */
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
