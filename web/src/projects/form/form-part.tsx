import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./form-part.module.css";

/** Titled part of a form. Users can read, but not change, the fields of a part with `isReadOnly`. */
export function FormPart({
  title,
  about,
  isReadOnly = false,
  children,
}: {
  readonly title: string;
  readonly about?: string;
  readonly isReadOnly?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <fieldset disabled={isReadOnly} className={classes.fields}>
        <Stack gap="md">
          <div>
            <Title order={2}>{title}</Title>
            {about !== undefined && (
              <Text size="sm" c="dimmed" mt={2}>
                {about}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </fieldset>
    </section>
  );
}
