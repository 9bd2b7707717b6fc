import { ContactsPage } from "~/features/contacts/components/list/ContactsPage";

export default function Contacts() {
  return <ContactsPage />;
}
