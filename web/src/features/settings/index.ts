/** Who may use the service, what it tells others, and how it is set up. */
export { SettingsPage } from "./components/SettingsPage";
