import { SettingsPage } from "~/features/settings";

export default function Settings() {
  return <SettingsPage />;
}
