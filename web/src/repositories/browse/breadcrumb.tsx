import { Text } from "@mantine/core";
import { TextLink } from "../../components/text-link.tsx";
import { visibleName } from "../../components/visible-name.ts";
import { text } from "../../text/index.ts";
import classes from "./browse.module.css";

/** Path of the current file or folder. Each folder is a link. */
export function Breadcrumb({
  repositoryId,
  root,
  gitRef,
  path,
}: {
  readonly repositoryId: string;
  /** Name of the repository. */
  readonly root: string;
  readonly gitRef: string | undefined;
  readonly path: string | undefined;
}) {
  const steps = path === undefined ? [] : path.split("/");
  return (
    <nav aria-label={text.browse.breadcrumb} className={classes.breadcrumb}>
      <ol>
        {[root, ...steps].map((name, index) => {
          const above = steps.slice(0, index).join("/");
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is identified by its position
            <li key={index}>
              {index === steps.length ? (
                <Text span size="sm" fw={600} aria-current="page">
                  <bdi>{visibleName(name)}</bdi>
                </Text>
              ) : (
                <TextLink
                  to="/repositories/$repositoryId"
                  params={{ repositoryId }}
                  search={{ ref: gitRef, path: above === "" ? undefined : above }}
                  size="sm"
                >
                  <bdi>{visibleName(name)}</bdi>
                </TextLink>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
