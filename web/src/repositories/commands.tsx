import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { text } from "../text/index.ts";
import classes from "./repositories.module.css";

/** Terminal commands with a single copy button. */
export function Commands({ lines }: { readonly lines: readonly string[] }) {
  const all = lines.join("\n");
  const words = text.repositories.push;
  return (
    <div className={classes.commands}>
      <pre>{all}</pre>
      <CopyButton value={all}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? words.copied : words.copy}>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={copy}
              aria-label={copied ? words.copied : words.copy}
            >
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
