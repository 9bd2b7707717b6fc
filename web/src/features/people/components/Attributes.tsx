/** What is known of a person by name; each value can be changed in its place. */
import { Button, Group, Text } from "@mantine/core";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import type { Schemas } from "~/lib/api/client";
import { useMay } from "~/lib/session";
import { shown } from "../model/shown";
import classes from "./Attributes.module.css";
import { EditAttribute } from "./EditAttribute";

const NEW = "";

export function Attributes({ card }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const may = useMay("profiles:write");
  const [edited, edit] = useState<string | undefined>();
  const all = Object.entries(card.attributes);
  const known = all.filter(([, value]) => value !== null);
  const done = () => edit(undefined);
  return (
    <Panel title={t("attributes")} right={may && <Button size="compact-xs" variant="default" onClick={() => edit(NEW)}>{t("attribute.add")}</Button>}>
      {edited === NEW && <EditAttribute profile={card.profile_id} name={NEW} value={null} unset={all.filter(([, value]) => value === null).map(([name]) => name)} onDone={done} />}
      {known.length === 0 && edited === undefined && <Text size="sm" c="dimmed">{t("attribute.none")}</Text>}
      <dl className={classes.list}>
        {known.map(([name, value]) => (
          <div key={name} className={classes.row}>
            <Text component="dt" size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}><Name name={name} /></Text>
            <Text component="dd" size="sm" m={0} style={{ overflowWrap: "anywhere" }}>
              {edited === name ? (
                <EditAttribute profile={card.profile_id} name={name} value={value} onDone={done} />
              ) : (
                <Group gap="xs" justify="space-between" wrap="nowrap" align="baseline">
                  <span>{typeof value === "boolean" ? t(value ? "yes" : "no") : shown(value)}</span>
                  {may && (typeof value !== "object") && (
                    <Button size="compact-xs" variant="subtle" style={{ flex: "none" }} aria-label={t("attribute.edit", { name })} onClick={() => edit(name)}>
                      {t("attribute.change")}
                    </Button>
                  )}
                </Group>
              )}
            </Text>
          </div>
        ))}
      </dl>
      {known.length < all.length && <Text size="xs" c="dimmed" mt="xs">{t("attribute.unknown", { count: all.length - known.length, names: all.filter(([, value]) => value === null).map(([name]) => name).join(", ") })}</Text>}
    </Panel>
  );
}

/** A name may be broken at its underscores only. */
function Name({ name }: { name: string }) {
  return name.split("_").map((part, place) => (
    <Fragment key={place}>
      {place > 0 && <>_<wbr /></>}
      {part}
    </Fragment>
  ));
}
