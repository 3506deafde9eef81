import type { DockerfileStep, FeatureUsers } from "../base-files.ts";
import type { Feature } from "./feature.ts";

/** Folder of the image that contains a feature while it is installed. */
const place = "/tmp/tembo-feature";

/**
 * Returns a Dockerfile that installs features in this order on an image. The build context contains the folders 0, 1 and so on, each
 * with the feature's `files` and its `options.env`, and the folder `common`. No text of a feature reaches a shell of the Dockerfile. Pure.
 */
export function featuresDockerfile(
  image: string,
  features: readonly Pick<Feature, "name" | "containerEnv">[],
): {
  readonly text: string;
  readonly steps: readonly DockerfileStep[];
  /** Names of the features by the line that installs them. */
  readonly featureAt: ReadonlyMap<number, string>;
} {
  const lines = [`FROM ${image}`, "USER root"];
  const featureAt = new Map<number, string>();
  for (const [index, { name, containerEnv }] of features.entries()) {
    lines.push(
      ...Object.entries(containerEnv).map(([key, value]) => `ENV ${key}=${quoteForDockerfile(value)}`),
    );
    lines.push(`COPY ${index} ${place}`, `COPY common ${place}`);
    featureAt.set(lines.push(`RUN ["/bin/sh", "${place}/install-feature.sh"]`), name);
  }
  const steps = lines.map((line, index) => ({ keyword: line.split(" ", 1)[0]!, line: index + 1 }));
  return { text: `${lines.join("\n")}\n`, steps, featureAt };
}

/** Returns the value as one word of the instruction ENV. Variables of the image in it are replaced, as features expect. */
const quoteForDockerfile = (value: string) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`;

/** Returns a file that sets variables when sh reads it. Their values may contain anything but NUL. Pure. */
export const environmentFile = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");

/** Returns the file with the users that the dev container names. An empty name stands for the user of the image. Pure. */
export const usersFile = ({ containerUser, remoteUser }: FeatureUsers): string =>
  environmentFile({ container: containerUser ?? "", remote: remoteUser ?? "" });

/**
 * Script that installs one feature in the image. A user with an ID has the name that the image gives it. The options may contain
 * variables such as PATH, so they exist only for the feature.
 */
export const installScript = `set -e
cd ${place}
chmod +x files/install.sh
. ./users.env
[ -n "$container" ] || container=$(cat image-user)
container=\${container%%:*}
: "\${container:=root}"
: "\${remote:=$container}"
find_user() {
  found_name=$1
  found_home=
  while IFS=: read -r name _ id _ _ home _; do
    if [ "$name" = "$1" ] || [ "$id" = "$1" ]; then
      found_name=$name
      found_home=$home
      return
    fi
  done < /etc/passwd
}
find_user "$container"
container=$found_name container_home=$found_home
find_user "$remote"
remote=$found_name remote_home=$found_home
code=0
(
  set -a
  . ./options.env
  _CONTAINER_USER=$container _CONTAINER_USER_HOME=$container_home
  _REMOTE_USER=$remote _REMOTE_USER_HOME=$remote_home
  cd files
  exec ./install.sh
) || code=$?
cd /
rm -rf ${place}
exit "$code"
`;
