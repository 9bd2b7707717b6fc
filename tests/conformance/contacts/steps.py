"""The steps of scenarios (README, ``op``): each is one call of the Python library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.conformance.contacts.master import contact_tables

if TYPE_CHECKING:
    from tests.conformance.contacts.playing import Stage

Step: TypeAlias = Mapping[str, Any]
#: Names of fields in steps that differ from those of the library.
_CONTACT = {"company": "company_no"}


def _create_segment(stage: Stage, step: Step) -> None:
    fields = {name: step[name] for name in ("campaign_no", "campaign_target", "salesperson_code") if name in step}
    text = step.get("description", f"Segment {step['as']}")
    made = stage.crm.worksheets.create(no=step.get("no", ""), description=text, **fields)
    stage.played.numbers[step["as"]] = made["no"]
    stage.played.gone.discard(step["as"])


def _set_header(stage: Stage, step: Step) -> None:
    answers = stage.user if step.get("interactive") else None
    stage.crm.worksheets.set(stage.number(step["segment"]), step["field"], step["value"], answers=answers)


def _set_line(stage: Stage, step: Step) -> None:
    no = stage.number(step["segment"])
    stage.crm.worksheets.set_line(no, stage.line(step), step["field"], step["value"], answers=stage.user)


def _selecting(action: str) -> Callable[[Stage, Step], None]:
    def select(stage: Stage, step: Step) -> None:
        do = getattr(stage.crm.worksheets, action)
        do(stage.number(step["segment"]), step.get("filters") or {}, answers=stage.user, **(step.get("options") or {}))

    return select


def _add_line(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.add_line(stage.number(step["segment"]), step["contact"], answers=stage.user)


def _delete_line(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.delete_line(stage.number(step["segment"]), stage.line(step), answers=stage.user)


def _change_line_contact(stage: Stage, step: Step) -> None:
    no = stage.number(step["segment"])
    stage.crm.worksheets.change_line_contact(no, stage.line(step), step["new_contact"], answers=stage.user)


def _go_back(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.go_back(stage.number(step["segment"]), answers=stage.user)


def _save_criteria(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.save_criteria(stage.number(step["segment"]), step["code"])


def _reuse_criteria(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.reuse_criteria(stage.number(step["segment"]), step["code"], answers=stage.user)


def _reuse_logged(stage: Stage, step: Step) -> None:
    logged = stage.logged(step["logged_segment"])
    stage.crm.worksheets.reuse_logged(stage.number(step["segment"]), logged, answers=stage.user)


def _log_segment(stage: Stage, step: Step) -> None:
    alias, deliver = step["segment"], bool(step.get("deliver"))
    done = stage.crm.worksheets.log(
        stage.number(alias), deliver=deliver, follow_up=bool(step.get("follow_up")), answers=stage.user
    )
    stage.played.logged[done.entry_no] = alias
    stage.played.gone.add(alias)
    if step.get("follow_up"):
        follower = step.get("follow_up_as") or f"{alias} follow-up"
        stage.played.numbers[follower] = done.follow_up_no
        stage.played.gone.discard(follower)
    if deliver:
        stage.workspace.send_interactions()


def _delete_segment(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.delete(stage.number(step["segment"]), answers=stage.user)
    stage.played.gone.add(step["segment"])


def _toggle_canceled(stage: Stage, step: Step) -> None:
    select, entity = step["select"], step["entity"]
    if entity == "logged_segment":
        stage.crm.interactions.toggle_logged([stage.logged(alias) for alias in select], answers=stage.user)
    elif entity == "campaign_entry":
        entries = stage.crm.campaigns.entries(select["campaign_no"])
        found = entries.filter(segment_no=stage.number(select["segment"]))
        stage.crm.campaigns.toggle_entry(int(found["id"].item()), answers=stage.user)
    else:
        entries = stage.crm.interactions.entries()
        numbers = [int(id) for contact in select for id in entries.filter(contact_no=contact)["id"]]
        stage.crm.interactions.toggle(numbers, answers=stage.user)


def _delete_canceled(stage: Stage, step: Step) -> None:
    jobs = {
        "logged_segment": stage.crm.interactions.delete_canceled_logged,
        "campaign_entry": stage.crm.campaigns.delete_canceled_entries,
        "interaction": stage.crm.interactions.delete_canceled,
    }
    jobs[step["entity"]](step.get("only_entries"))


def _activate_campaign(stage: Stage, step: Step) -> None:
    stage.crm.campaigns.activate(step["campaign"], answers=stage.user)


def _deactivate_campaign(stage: Stage, step: Step) -> None:
    stage.crm.campaigns.deactivate(step["campaign"])


def _create_campaign(stage: Stage, step: Step) -> None:
    dates = {name: step[name] for name in ("starting_date", "ending_date") if step.get(name)}
    stage.crm.campaigns.create(no=step["no"], **dates)


def _statistics(stage: Stage, step: Step) -> None:
    """Figures are compared at the end; asking for them must be possible."""
    if "campaign" in step:
        stage.crm.campaigns.statistics(step["campaign"])
    else:
        stage.crm.contacts.statistics(step["contact"])


def _price_line(stage: Stage, step: Step) -> None:
    priced = stage.crm.campaigns.price_line(step["customer"], step["item_no"], step["quantity"], step["date"])
    found = {"unit_price": priced.unit_price, "discount_pct": priced.discount_pct}
    stage.played.prices.append({"step": step["place"], **found})


def _post_sales_invoice(stage: Stage, step: Step) -> None:
    stage.crm.campaigns.post_sales_invoice(step["no"], step["customer"], step["date"], contact=step.get("contact", ""))


def _create_customer(stage: Stage, step: Step) -> None:
    stage.crm.contacts.create_customer(step["contact"], step["customer"])


def _create_opportunities(stage: Stage, step: Step) -> None:
    stage.crm.opportunities.create_for_worksheet(stage.number(step["segment"]), answers=stage.user)


def _make_phone_call(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.call(
        stage.number(step["segment"]),
        stage.line(step),
        step["phone_no"],
        step["description"],
        evaluation=step.get("evaluation", ""),
        successful=step.get("successful", True),
    )


def _print_cover_sheets(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.cover_sheets(stage.number(step["segment"]), record=bool(step.get("log")))


def _apply_mailing_group(stage: Stage, step: Step) -> None:
    stage.crm.worksheets.apply_mailing_group(
        stage.number(step["segment"]), step["mailing_group"], delete_old=bool(step.get("delete_old"))
    )


def _delete_mailing_group(stage: Stage, step: Step) -> None:
    stage.crm.delete_code("mailing_group", step["code"])


def _assign(stage: Stage, step: Step) -> None:
    stage.crm.contacts.assign(step["contact"], step["kind"], step["code"])


def _add_master_contact(stage: Stage, step: Step) -> None:
    stage.crm.load(contact_tables([step["contact"]], stage.given.work_date))


def _change_contact(stage: Stage, step: Step) -> None:
    name = _CONTACT.get(step["field"], step["field"])
    stage.crm.contacts.change(step["contact"], answers=stage.user, **{name: step["value"]})


def _delete_contact(stage: Stage, step: Step) -> None:
    stage.crm.contacts.delete(step["contact"])


def _set_profile_answer(stage: Stage, step: Step) -> None:
    stage.crm.contacts.questionnaires.answer(step["contact"], step["questionnaire"], step["line_no"])


def _classify(stage: Stage, step: Step) -> None:
    stage.crm.contacts.questionnaires.classify(step["questionnaire"])


def _match(stage: Stage, step: Step) -> None:
    stage.played.matches += stage.crm.matching(step["expression"], step["values"], type=step["type"])


STEPS: Mapping[str, Callable[[Stage, Step], None]] = {
    "create_segment": _create_segment,
    "set_header": _set_header,
    "set_line": _set_line,
    "add_contacts": _selecting("add_contacts"),
    "reduce_contacts": _selecting("reduce_contacts"),
    "refine_contacts": _selecting("refine_contacts"),
    "add_line": _add_line,
    "delete_line": _delete_line,
    "change_line_contact": _change_line_contact,
    "go_back": _go_back,
    "save_criteria": _save_criteria,
    "reuse_criteria": _reuse_criteria,
    "reuse_logged": _reuse_logged,
    "log_segment": _log_segment,
    "delete_segment": _delete_segment,
    "toggle_canceled": _toggle_canceled,
    "delete_canceled": _delete_canceled,
    "activate_campaign": _activate_campaign,
    "deactivate_campaign": _deactivate_campaign,
    "create_campaign": _create_campaign,
    "campaign_statistics": _statistics,
    "contact_statistics": _statistics,
    "price_line": _price_line,
    "post_sales_invoice": _post_sales_invoice,
    "create_customer_from_contact": _create_customer,
    "create_opportunities": _create_opportunities,
    "make_phone_call": _make_phone_call,
    "print_cover_sheets": _print_cover_sheets,
    "apply_mailing_group": _apply_mailing_group,
    "delete_mailing_group": _delete_mailing_group,
    "assign": _assign,
    "add_master_contact": _add_master_contact,
    "change_contact": _change_contact,
    "delete_contact": _delete_contact,
    "set_profile_answer": _set_profile_answer,
    "classify": _classify,
    "match": _match,
}
