"""``parcours``: the command line. Each group of commands is a module of its own, loaded when it is used."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Group, Parameter

from parcours.core.errors import ParcoursError
from parcours.service.cli.output import failure
from parcours.service.cli.session import Flag, session

HERE = "parcours.service.cli"
DATA, DEFINE, MOVE, ASK, CRM, ACCESS = (
    Group(title, sort_key=place)
    for place, title in enumerate(("Data", "Definitions", "Time", "Questions", "CRM", "Access"), 1)
)

app = App(
    name="parcours",
    help="Live audience segments and customer journeys, in one folder.",
    version_flags=["--version"],
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)
app.command(f"{HERE}.folders:init", group=DATA)
app.command(f"{HERE}.data:imports", name="import", group=DATA)
app.command(f"{HERE}.sources:sources", group=DATA)
app.command(f"{HERE}.data:correct", group=DATA)
app.command(f"{HERE}.data:erase", group=DATA)
app.command(f"{HERE}.letters:dead_letters", name="dead-letters", group=DATA)
app.command(f"{HERE}.plans:plans", group=DATA)
app.command(f"{HERE}.identities:identities", group=DATA)
app.command(f"{HERE}.definitions:check", group=DEFINE)
app.command(f"{HERE}.configuring:plan", group=DEFINE)
app.command(f"{HERE}.configuring:apply", group=DEFINE)
app.command(f"{HERE}.proving:prove", name="test", group=DEFINE)
app.command(f"{HERE}.webhooks:webhooks", group=DEFINE)
app.command(f"{HERE}.rules:format", group=DEFINE)
app.command(f"{HERE}.rules:convert", group=DEFINE)
app.command(f"{HERE}.rules:evaluate", name="eval", group=DEFINE)
app.command(f"{HERE}.rules:functions", group=DEFINE)
app.command(f"{HERE}.segments:segments", group=DEFINE)
app.command(f"{HERE}.journeys:journeys", group=DEFINE)
app.command(f"{HERE}.suppression:suppress", group=DEFINE)
app.command(f"{HERE}.happening:business_event", name="business-event", group=DATA)
app.command(f"{HERE}.moving:replay", group=MOVE)
app.command(f"{HERE}.moving:run", group=MOVE)
app.command(f"{HERE}.serving:serve", group=MOVE)
app.command(f"{HERE}.folders:status", group=ASK)
app.command(f"{HERE}.asking:explain", group=ASK)
app.command(f"{HERE}.asking:membership", group=ASK)
app.command(f"{HERE}.asking:sql", group=ASK)
app.command(f"{HERE}.asking:export", group=ASK)
app.command(f"{HERE}.access:accounts", group=ACCESS)
app.command(f"{HERE}.access:keys", group=ACCESS)
app.command(f"{HERE}.access:audit", group=ACCESS)
for name in ("contacts", "worksheets", "interactions", "campaigns", "opportunities", "crm"):
    app.command(f"{HERE}.crm:{name}", group=CRM)
app.meta.suppress_keyboard_interrupt = False
app.meta.group_parameters = Group("Options of every command", sort_key=0)


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    workspace: Annotated[Path | None, Parameter(name=["--workspace", "-w"], env_var="PARCOURS_WORKSPACE")] = None,
    url: Annotated[str, Parameter(env_var="PARCOURS_URL", show_default=False)] = "",
    key: Annotated[str, Parameter(env_var="PARCOURS_KEY", show_default=False)] = "",
    json: Flag = False,
    user: Annotated[str, Parameter(env_var="PARCOURS_USER", show_default=False)] = "",
    work_date: Annotated[str | None, Parameter(env_var="PARCOURS_WORK_DATE")] = None,
) -> object:
    """Run a command.

    Args:
        workspace: the folder of the workspace; without it, the one the current folder lies in.
        url: the URL of a service, whose workspace is used instead of a folder.
        key: an API key of that service.
        json: answer, and complain, in JSON.
        user: who works in the CRM, for its audit trail.
        work_date: the date that user works on, for example 2026-01-28; without it, today.
    """
    session.folder, session.url, session.key, session.as_json = workspace, url, key, json
    session.user, session.work_date = user, work_date
    return app(tokens, exit_on_error=False, print_error=False, result_action="return_value")


def load_commands() -> None:
    """Load every group, so that help can say what each command does."""
    for name in app:
        app[name]


def load_commands_of(arguments: list[str]) -> None:
    """The same for the commands of a group, when help is asked for the group, or for one inside it."""
    inside = app
    for word in arguments:
        if word.startswith("-") or word not in inside:
            continue
        inside = inside[word]
        for name in inside:
            inside[name]


def run(arguments: list[str]) -> int:
    """Run a command line; gives the exit code. No traceback for anything that can be expected."""
    session.as_json = "--json" in arguments
    if not arguments or set(arguments) & {"--help", "-h"}:
        load_commands()
        load_commands_of(arguments)
    try:
        result = app.meta(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except ParcoursError as error:
        return failure(error)
    except CycloptsError as error:
        return failure(_usage(error))
    except BrokenPipeError:  # the reader of our output has left: parcours … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted; everything committed so far stays", file=sys.stderr)
        return 130
    except OSError as error:
        return failure(ParcoursError(f"{error.strerror or error}", code="system", where=error.filename))


def _usage(error: CycloptsError) -> ParcoursError:
    from parcours.core.errors import InputError

    command = " ".join(["parcours", *(error.command_chain or ())])
    return InputError(str(error).strip(), code="usage", hint=f"{command} --help")


def main() -> None:
    """The program ``parcours``."""
    sys.exit(run(sys.argv[1:]))
