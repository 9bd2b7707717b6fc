/** Who is signed in, and the menu behind that, which is read when it is first opened. */
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type Ref, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { session } from "~/lib/session";

const MeMenu = lazy(() => import("./MeMenu"));

export function Me() {
  const [wanted, setWanted] = useState(false);
  if (!wanted) return <Name onClick={() => setWanted(true)} />;
  return (
    <Suspense fallback={<Name />}>
      <MeMenu>
        <Name />
      </MeMenu>
    </Suspense>
  );
}

function Name(given: { onClick?: () => void; ref?: Ref<HTMLButtonElement> }) {
  const { t } = useTranslation();
  const { data } = useQuery(session);
  return (
    <Button variant="subtle" color="gray" size="compact-sm" aria-haspopup="menu" {...given}>
      <Text span size="sm" maw="11rem" truncate>
        {data?.name ?? t("shell.me")}
      </Text>
    </Button>
  );
}
