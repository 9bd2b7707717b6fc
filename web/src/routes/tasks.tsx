import { TasksPage } from "~/features/opportunities/components/tasks/TasksPage";

export default function Tasks() {
  return <TasksPage />;
}
