/** Let the prices of a campaign hold for its targets, or no more; delete it. */
import { Alert, Button, Menu, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { type Campaign, type PageOf, place, useAct } from "~/components/crm/fields";
import { number } from "~/lib/i18n/format";
import { activate, deactivate, discounts, entries, prices, remove, SHOWS, targets } from "../../api/campaigns";

export function Actions({ row }: { row: Campaign }) {
  const { t } = useTranslation("campaigns");
  const [asked, ask] = useState<"activate" | "deactivate" | "delete" | null>(null);
  const close = () => ask(null);
  return (
    <>
      <Button size="xs" variant={row.active ? "default" : "filled"} onClick={() => ask(row.active ? "deactivate" : "activate")}>
        {t(row.active ? "deactivate.word" : "activate.word")}
      </Button>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <Button size="xs" variant="default">
            {t("more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} {...place("/interactions", { campaign: row.no })}>
            {t("interactions")}
          </Menu.Item>
          <Menu.Item component={Link} {...place("/opportunities", { campaign: row.no })}>
            {t("opportunities")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => ask("delete")}>
            {t("common:delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "activate" && <Activating row={row} onClose={close} />}
      {asked === "deactivate" && <Deactivating row={row} onClose={close} />}
      {asked === "delete" && <Deleting row={row} onClose={close} />}
    </>
  );
}

const count = (page: unknown): number => (page as PageOf<unknown> | undefined)?.total ?? 0;

function Activating({ row, onClose }: { row: Campaign; onClose: () => void }) {
  const { t } = useTranslation("campaigns");
  const has = { prices: useQuery(prices(row.no)), discounts: useQuery(discounts(row.no)) };
  const act = useAct(() => activate(row.no), SHOWS, onClose);
  const bare = has.prices.data && has.discounts.data && count(has.prices.data) + count(has.discounts.data) === 0;
  return (
    <Confirm opened title={t("activate.title", { name: row.description || row.no })} act={t("activate.word")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      <Text size="sm">{t("activate.means", { prices: number(count(has.prices.data)), discounts: number(count(has.discounts.data)) })}</Text>
      {bare && (
        <Alert color="yellow" mt="sm" p="xs">
          {t("activate.bare")}
        </Alert>
      )}
    </Confirm>
  );
}

function Deactivating({ row, onClose }: { row: Campaign; onClose: () => void }) {
  const { t } = useTranslation("campaigns");
  const { data } = useQuery(targets(row.no, 1, 0));
  const act = useAct(() => deactivate(row.no), SHOWS, onClose);
  return (
    <Confirm opened title={t("deactivate.title", { name: row.description || row.no })} act={t("deactivate.word")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      {t("deactivate.means", { count: count(data), number: number(count(data)) })}
    </Confirm>
  );
}

function Deleting({ row, onClose }: { row: Campaign; onClose: () => void }) {
  const { t } = useTranslation("campaigns");
  const navigate = useNavigate();
  const has = { entries: useQuery(entries(row.no)), targets: useQuery(targets(row.no, 1, 0)), prices: useQuery(prices(row.no)), discounts: useQuery(discounts(row.no)) };
  const act = useAct(() => remove(row.no), SHOWS, () => void navigate({ to: "/campaigns" }));
  const offers = count(has.prices.data) + count(has.discounts.data);
  return (
    <Confirm opened danger title={t("delete.title", { name: row.description || row.no })} act={t("common:delete")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      {t("delete.means", { entries: number(count(has.entries.data)), targets: number(count(has.targets.data)), offers: number(offers) })}
    </Confirm>
  );
}
