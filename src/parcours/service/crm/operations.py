"""Every operation of the CRM that the API and the command line offer: where it stands, under which name.

What it takes, what it gives and what it says about itself comes from the method of the facade that does it
(:mod:`parcours.service.crm.arguments`), so that Python, API and command line cannot drift apart.
To add one: its method, and its line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

#: Where the fields come from that a method takes by name (``**fields``): a table, a function, or a list of names, as
#: ``module:name`` below ``parcours.contacts`` (nothing is imported before somebody asks); or the names themselves.
Fields: TypeAlias = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        room: the facade, as an attribute of :class:`~parcours.service.crm.crm.Crm`, with dots; blank: that itself.
        method: of the facade.
        verb, path: of the API, below ``/api``; parts in braces are arguments.
        fields: where the fields come from that the method takes by name.
        command: its name on the command line; blank: that of the method.
    """

    room: str
    method: str
    verb: str
    path: str
    fields: Fields = None
    command: str = ""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return self.command or self.method.replace("_", "-")


_CARD, _HEADER = "tables.contacts:contacts", "tables.worksheets:worksheets"
_LOG, _TEMPLATE = "tables.interactions:interactions", "tables.interactions:interaction_templates"
_CAMPAIGN, _OPPORTUNITY = "tables.campaigns:campaigns", "opportunities.cards:create"


def _of(room: str, *lines: tuple[Any, ...]) -> list[Operation]:
    return [Operation(room, *line) for line in lines]


CONTACTS = [
    *_of(
        "contacts",
        ("find", "POST", "/contacts/find"),
        ("create", "POST", "/contacts", _CARD),
        ("get", "GET", "/contacts/{no}", None, "show"),
        ("change", "PATCH", "/contacts/{no}", _CARD),
        ("delete", "DELETE", "/contacts/{no}"),
        ("statistics", "GET", "/contacts/{no}/statistics"),
        ("all_statistics", "GET", "/contact-statistics"),
        ("codes", "GET", "/contacts/{no}/codes/{kind}"),
        ("searches", "GET", "/contacts/{no}/searches"),
        ("assign", "PUT", "/contacts/{no}/codes/{kind}/{code}"),
        ("unassign", "DELETE", "/contacts/{no}/codes/{kind}/{code}"),
        ("members", "GET", "/codes/{kind}/{code}/contacts"),
        ("relations", "GET", "/contacts/{no}/relations"),
        ("relate", "POST", "/contacts/{no}/relations"),
        ("unrelate", "DELETE", "/contacts/{no}/relations/{code}"),
        ("create_customer", "POST", "/contacts/{no}/customer"),
        ("create_vendor", "POST", "/contacts/{no}/vendor"),
        ("addresses", "GET", "/contacts/{no}/addresses"),
        ("put_address", "PUT", "/contacts/{no}/addresses/{code}", "tables.contacts:alt_addresses"),
        ("remove_address", "DELETE", "/contacts/{no}/addresses/{code}"),
        ("put_address_dates", "POST", "/contacts/{no}/addresses/{code}/dates"),
        ("remove_address_dates", "DELETE", "/contacts/{no}/address-dates"),
    ),
    *_of(
        "contacts.exchange",
        ("import_csv", "POST", "/contact-files/csv", None, "import"),
        ("import_vcards", "POST", "/contact-files/vcards"),
        ("export_csv", "POST", "/contact-files/csv/export", None, "export"),
        ("export_vcards", "POST", "/contact-files/vcards/export"),
        ("columns", "POST", "/contact-files/csv/columns"),
        ("fields", "GET", "/contact-files/fields"),
    ),
]

DUPLICATES = _of(
    "contacts.duplicates",
    ("find", "POST", "/duplicates/find"),
    ("keep_apart", "POST", "/duplicates/{no}/{other}/keep-apart"),
    ("reconsider", "POST", "/duplicates/{no}/{other}/reconsider"),
    ("merge", "POST", "/duplicates/{gone}/merge-into/{into}"),
    ("rebuild", "POST", "/duplicates/rebuild"),
)

QUESTIONNAIRES = _of(
    "contacts.questionnaires",
    ("list", "GET", "/questionnaires"),
    ("lines", "GET", "/questionnaires/{code}/lines", None, "show"),
    ("put", "PUT", "/questionnaires/{code}", "tables.contacts:questionnaires"),
    ("put_line", "PUT", "/questionnaires/{code}/lines/{line_no}", "tables.contacts:questionnaire_lines"),
    ("delete_line", "DELETE", "/questionnaires/{code}/lines/{line_no}"),
    ("delete", "DELETE", "/questionnaires/{code}"),
    ("put_points", "PUT", "/questionnaires/{code}/lines/{question}/points/{answer}"),
    ("remove_points", "DELETE", "/questionnaires/{code}/lines/{question}/points/{answer}"),
    ("classify", "POST", "/questionnaires/classify"),
    ("answer", "PUT", "/contacts/{contact}/answers/{code}/{line_no}"),
    ("take_answer", "DELETE", "/contacts/{contact}/answers/{code}/{line_no}"),
    ("answers", "GET", "/contacts/{contact}/answers"),
    ("sheet", "GET", "/contacts/{contact}/questionnaires/{code}"),
    ("offered", "GET", "/contacts/{contact}/questionnaires"),
)

NOTES = _of(
    "contacts.notes",
    ("list", "GET", "/notes/{kind}/{key}"),
    ("add", "POST", "/notes/{kind}/{key}"),
    ("change", "PATCH", "/notes/{id}"),
    ("remove", "DELETE", "/notes/{id}"),
)

WORKSHEETS = _of(
    "worksheets",
    ("list", "GET", "/worksheets"),
    ("create", "POST", "/worksheets", _HEADER),
    ("get", "GET", "/worksheets/{no}", None, "show"),
    ("set", "PUT", "/worksheets/{no}/fields/{field}"),
    ("delete", "DELETE", "/worksheets/{no}"),
    ("lines", "GET", "/worksheets/{no}/lines"),
    ("add_line", "POST", "/worksheets/{no}/lines"),
    ("insert_lines", "POST", "/worksheets/{no}/lines/insert"),
    ("set_line", "PUT", "/worksheets/{no}/lines/{line_no}/fields/{field}"),
    ("change_line_contact", "PUT", "/worksheets/{no}/lines/{line_no}/contact"),
    ("delete_line", "DELETE", "/worksheets/{no}/lines/{line_no}"),
    ("own_attachment", "POST", "/worksheets/{no}/lines/{line_no}/attachment"),
    ("call", "POST", "/worksheets/{no}/lines/{line_no}/call"),
    ("lines_of_contact", "GET", "/contacts/{contact}/worksheet-lines"),
    ("add_contacts", "POST", "/worksheets/{no}/add", None, "add"),
    ("reduce_contacts", "POST", "/worksheets/{no}/reduce", None, "reduce"),
    ("refine_contacts", "POST", "/worksheets/{no}/refine", None, "refine"),
    ("go_back", "POST", "/worksheets/{no}/back", None, "back"),
    ("redo", "POST", "/worksheets/{no}/redo"),
    ("steps_possible", "GET", "/worksheets/{no}/steps"),
    ("criteria", "GET", "/worksheets/{no}/criteria"),
    ("criteria_tree", "GET", "/worksheets/{no}/criteria/tree"),
    ("last_used", "GET", "/last-used-criteria/{action}"),
    ("refresh", "POST", "/worksheets/{no}/refresh"),
    ("save_criteria", "POST", "/worksheets/{no}/criteria/save"),
    ("reuse_criteria", "POST", "/worksheets/{no}/criteria/reuse"),
    ("saved_criteria", "GET", "/saved-criteria"),
    ("describe_saved", "PATCH", "/saved-criteria/{code}"),
    ("delete_saved", "DELETE", "/saved-criteria/{code}"),
    ("is_delivery_proposed", "GET", "/worksheets/{no}/delivery-proposed"),
    ("log", "POST", "/worksheets/{no}/log"),
    ("reuse_logged", "POST", "/worksheets/{no}/reuse-logged"),
    ("apply_mailing_group", "POST", "/worksheets/{no}/mailing-group"),
    ("cover_sheets", "POST", "/worksheets/{no}/cover-sheets"),
    ("print_cover_sheets", "POST", "/worksheets/{no}/cover-sheets/print"),
    ("labels", "GET", "/worksheets/{no}/labels"),
    ("export", "GET", "/worksheets/{no}/export"),
)

INTERACTIONS = _of(
    "interactions",
    ("entries", "GET", "/interactions", None, "list"),
    ("record", "POST", "/interactions", _LOG),
    ("resume", "POST", "/interactions/{entry}/resume", _LOG),
    ("discard", "POST", "/interactions/{entry}/discard"),
    ("send", "POST", "/interactions/send"),
    ("record_event", "POST", "/interactions/events/{kind}", ("description", "campaign_no", "document_no", "date")),
    ("evaluate", "POST", "/interactions/evaluate"),
    ("toggle", "POST", "/interactions/cancel", None, "cancel"),
    ("delete_canceled", "POST", "/interactions/clean-up"),
    ("resend", "POST", "/interactions/resend", ("contact_no", "campaign_no", "correspondence_type", "delivery_status")),
    ("statistics", "GET", "/interaction-statistics"),
    ("logged_segments", "GET", "/logged-segments"),
    ("letters", "GET", "/logged-segments/{logged_segment}/letters"),
    ("toggle_logged", "POST", "/logged-segments/cancel", None, "cancel-logged"),
    ("delete_canceled_logged", "POST", "/logged-segments/clean-up"),
    ("templates", "GET", "/interaction-templates"),
    ("template", "GET", "/interaction-templates/{code}"),
    ("create_template", "POST", "/interaction-templates", _TEMPLATE),
    ("change_template", "PATCH", "/interaction-templates/{code}", _TEMPLATE),
    ("delete_template", "DELETE", "/interaction-templates/{code}"),
    (
        "put_template_language",
        "PUT",
        "/interaction-templates/{code}/languages/{language}",
        ("description", "subject", "attachment"),
    ),
    ("remove_template_language", "DELETE", "/interaction-templates/{code}/languages/{language}"),
    ("record_with", "PUT", "/recorded-events/{kind}"),
    ("attachments", "GET", "/attachments"),
    ("attachment", "GET", "/attachments/{no}"),
    ("attach", "POST", "/attachments", ("no", "storage", "place", "media_type", "merge_source")),
    ("change_attachment", "PATCH", "/attachments/{no}", ("name", "storage", "place", "media_type", "merge_source")),
)

CAMPAIGNS = _of(
    "campaigns",
    ("list", "GET", "/campaigns"),
    ("create", "POST", "/campaigns", _CAMPAIGN),
    ("get", "GET", "/campaigns/{no}", None, "show"),
    ("change", "PATCH", "/campaigns/{no}", _CAMPAIGN),
    ("delete", "DELETE", "/campaigns/{no}"),
    ("activate", "POST", "/campaigns/{no}/activate"),
    ("deactivate", "POST", "/campaigns/{no}/deactivate"),
    ("targets", "GET", "/campaigns/{no}/targets"),
    ("statistics", "GET", "/campaigns/{no}/statistics"),
    ("prices", "GET", "/campaigns/{no}/prices"),
    ("put_price", "POST", "/campaigns/{no}/prices"),
    ("remove_price", "DELETE", "/campaign-prices/{id}"),
    ("discounts", "GET", "/campaigns/{no}/discounts"),
    ("put_discount", "POST", "/campaigns/{no}/discounts"),
    ("remove_discount", "DELETE", "/campaign-discounts/{id}"),
    ("entries", "GET", "/campaign-entries"),
    ("describe_entry", "PATCH", "/campaign-entries/{entry}"),
    ("toggle_entry", "POST", "/campaign-entries/{entry}/cancel", None, "cancel-entry"),
    ("delete_canceled_entries", "POST", "/campaign-entries/clean-up"),
    ("price_line", "GET", "/line-price", None, "price"),
    (
        "post_sales_invoice",
        "POST",
        "/sales-invoices",
        ("sell_to_contact", "order_no", "salesperson", "description"),
    ),
)

OPPORTUNITIES = _of(
    "opportunities",
    ("list", "GET", "/opportunities", ("contact_no", "campaign_no", "segment_no", "salesperson_code", "status")),
    ("create", "POST", "/opportunities", _OPPORTUNITY),
    ("get", "GET", "/opportunities/{no}", None, "show"),
    ("change", "PATCH", "/opportunities/{no}", "opportunities.cards:FIELDS"),
    ("delete", "DELETE", "/opportunities/{no}"),
    ("create_from_interaction", "POST", "/interactions/{entry}/opportunity", _OPPORTUNITY),
    ("create_for_worksheet", "POST", "/worksheets/{no}/opportunities"),
    ("move", "POST", "/opportunities/{no}/move", "opportunities.moves:move"),
    ("close", "POST", "/opportunities/{no}/close", "opportunities.moves:close"),
    ("entries", "GET", "/opportunities/{no}/entries"),
    ("statistics", "GET", "/opportunity-statistics"),
    ("cycles", "GET", "/sales-cycles"),
    ("stages", "GET", "/sales-cycles/{cycle}/stages"),
    ("put_cycle", "PUT", "/sales-cycles/{code}", ("description", "probability_calculation")),
    ("put_activity", "PUT", "/activities/{code}"),
    ("put_team", "PUT", "/teams/{code}"),
    ("tasks", "GET", "/tasks", ("salesperson_code", "team_code", "contact_no", "campaign_no", "segment_no")),
    ("create_task", "POST", "/tasks", "opportunities.tasks:create"),
    ("change_task", "PATCH", "/tasks/{no}", ("type", "description", "status", "priority", "salesperson_code")),
    ("complete_task", "POST", "/tasks/{no}/complete"),
)

SETUP = _of(
    "",
    ("settings", "GET", "/crm/settings"),
    ("set", "PUT", "/crm/settings/{name}"),
    ("series", "GET", "/crm/series"),
    ("put_series", "PUT", "/crm/series/{code}"),
    ("codes", "GET", "/codes/{kind}"),
    ("put_code", "PUT", "/codes/{kind}/{code}"),
    ("delete_code", "DELETE", "/codes/{kind}/{code}"),
    ("salespeople", "GET", "/salespeople"),
    ("put_salesperson", "PUT", "/salespeople/{code}", "tables.setup:salespeople"),
    ("delete_salesperson", "DELETE", "/salespeople/{code}"),
    ("users", "GET", "/crm/users"),
    ("put_user", "PUT", "/crm/users/{id}"),
    ("trail", "GET", "/crm/trail"),
    ("changes", "GET", "/crm/trail/{revision}"),
    ("matching", "POST", "/crm/matching"),
    ("load", "POST", "/crm/load"),
)

#: By group of commands; a dot leads to a group within a group.
GROUPS = {
    "contacts": CONTACTS,
    "contacts.duplicates": DUPLICATES,
    "contacts.questionnaires": QUESTIONNAIRES,
    "contacts.notes": NOTES,
    "worksheets": WORKSHEETS,
    "interactions": INTERACTIONS,
    "campaigns": CAMPAIGNS,
    "opportunities": OPPORTUNITIES,
    "crm": SETUP,
}
OPERATIONS = [operation for group in GROUPS.values() for operation in group]
