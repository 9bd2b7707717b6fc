"""A small trade in the CRM, for tests of the web application and for looking at it: nothing is random.

Companies and their people from five towns, visitors of a fair among them; customers who bought, a questionnaire, a
campaign, templates that send something, interactions of the past, and the live segment ``buyers-role``.

    python -m tests.web.trade_fair FOLDER [COMPANIES]
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import parcours

TOWNS = (("Lyon", "FR"), ("Paris", "FR"), ("Brussels", "BE"), ("Ghent", "BE"), ("Cologne", "DE"))
FIRST = ("Ann", "Bela", "Chloé", "David", "Emma", "Farid", "Grete", "Hugo", "Ines", "Jonas", "Karin", "Louis")
LAST = ("Adler", "Bernard", "Claes", "Dubois", "Engel", "Fontaine", "Girard", "Hendrickx", "Imhof", "Janssens")
KINDS = ("Bikes", "Foods", "Press", "Tools", "Travel", "Wood")
LANGUAGES = {"FR": "FR", "BE": "FR", "DE": "EN"}
PEOPLE = 4
BUYERS = {
    "name": "Buyers",
    "description": "People whose work is to buy",
    "rule": {"attribute": "contact.job_title", "is": "Buyer"},
}
LETTER = b"<p>Dear {{ contact.name }},</p><p>our catalogue is out.</p><p>{{ salesperson.name }}</p>"


def set_up(crm: Any) -> None:
    """What a company sets up once."""
    for series, first in (("CONT", "C00001"), ("SEGM", "SM0001"), ("OPP", "OP0001"), ("TODO", "TD0001")):
        crm.put_series(series, first)
    codes = {
        "mailing_group": {"NEWS": "Newsletter", "FAIR": "Visitors of the fair", "XMAS": "Christmas cards"},
        "industry_group": {"RETAIL": "Retail trade", "MAKER": "Makers", "PRESS": "Press"},
        "job_responsibility": {"BUYING": "Buying", "SALES": "Sales", "BOARD": "Board"},
        "business_relation": {"CUST": "Customer", "VEND": "Vendor", "LAW": "Law firm"},
        "organizational_level": {"CEO": "Head of the company", "STAFF": "Staff"},
        "interaction_group": {"MAIL": "Mails and letters", "PHONE": "Phone calls"},
        "language": {"EN": "English", "FR": "French"},
        "country": {"FR": "France", "BE": "Belgium", "DE": "Germany"},
        "territory": {"WEST": "West", "NORTH": "North"},
        "campaign_status": {"PLANNED": "Planned", "RUNNING": "Running"},
    }
    for kind, known in codes.items():
        for code, description in known.items():
            crm.put_code(kind, code, description)
    crm.put_salesperson("ANNA", name="Anna Berg", email="anna@example.com")
    crm.put_salesperson("MARC", name="Marc Petit", email="marc@example.com")
    crm.put_user("admin@localhost", salesperson_code="ANNA")
    crm.set("default_language", "EN")


def templates(crm: Any) -> None:
    """A mail in two languages, a letter, a call."""
    writing = crm.interactions
    writing.attach("catalogue.html", LETTER, no="CATALOGUE", merge_source="liquid", media_type="text/html")
    mail = {"group_code": "MAIL", "unit_cost": 0.4, "unit_duration": 1, "information_flow": "outbound",
            "initiated_by": "us", "language_default": "EN"}  # fmt: skip
    writing.create_template("MAIL", description="The new catalogue", campaign_target=True, **mail)
    writing.create_template("LETTER", description="A letter", correspondence_type="hard_copy", **mail)
    for code in ("MAIL", "LETTER"):
        for language, subject in (("EN", "Our new catalogue"), ("FR", "Notre nouveau catalogue")):
            writing.put_template_language(code, language, subject=subject, attachment="CATALOGUE")
    call = {"unit_cost": 4.0, "unit_duration": 10, "information_flow": "outbound", "initiated_by": "us"}
    writing.create_template("CALL", description="Phone call", group_code="PHONE", **call)
    writing.create_template(
        "VISIT", description="A visit at our stand", information_flow="inbound", initiated_by="them"
    )
    writing.record_with("outgoing_calls", "CALL")


def questionnaire(crm: Any) -> None:
    """What people read, and how often they come."""
    lines = ((10, "question", "How often do you come?"), (20, "answer", "Weekly"), (30, "answer", "Less often"),
             (40, "question", "What do you read?"), (50, "answer", "Mails"), (60, "answer", "Letters"))  # fmt: skip
    crm.contacts.questionnaires.put("HABITS", description="Shopping habits")
    for line_no, kind, text in lines:
        crm.contacts.questionnaires.put_line("HABITS", line_no, type=kind, description=text)


def rows(companies: int, today: date) -> dict[str, list[dict[str, Any]]]:
    """The rows of the tables: every company has four people, every third is a customer that bought."""
    made: dict[str, list[dict[str, Any]]] = {}

    def add(table: str, **row: Any) -> None:
        made.setdefault(table, []).append(row)

    number = 0
    for company in range(companies):
        town, country = TOWNS[company % len(TOWNS)]
        number += 1
        firm, kind = f"C{number:05}", KINDS[company % len(KINDS)]
        place = {"city": town, "country_code": country, "language_code": LANGUAGES[country],
                 "salesperson_code": ("ANNA", "MARC")[company % 2], "post_code": f"{1000 + company % 90 * 100}",
                 "territory_code": "WEST" if country == "FR" else "NORTH"}  # fmt: skip
        name = f"{LAST[company % len(LAST)]} {kind}" + (f" {company // 30 + 1}" if company >= 30 else "")
        add("contacts", no=firm, type="company", name=name, phone_no=f"+33 4 {company:08}"[:16],
            address=f"{company + 1} Market Street", email=f"office@firm{company}.example", **place)  # fmt: skip
        add("industry_groups", contact_no=firm, code=("RETAIL", "MAKER", "PRESS")[company % 3])
        if company % 3 == 0:
            customer = f"CU{company:04}"
            add("business_relations", contact_no=firm, code="CUST", link_to="customer", no=customer)
            add("customers", no=customer, name=name, contact_no=firm)
            add("item_entries", source_type="customer", source_no=customer, item_no=("BIKE", "TENT")[company % 2],
                posting_date=today - timedelta(days=company * 7 % 400), inventory_posting_group="RESALE",
                document_no=f"INV{company}", document_type="invoice", quantity=1.0, amount=120.0 + company)  # fmt: skip
            add("documents", type="invoice", no=f"INV{company}", customer_no=customer)
        for place_no in range(PEOPLE):
            number += 1
            person, first = f"C{number:05}", FIRST[(company * 5 + place_no) % len(FIRST)]
            last = LAST[(company * 3 + place_no) % len(LAST)]
            mail = f"{first}.{last}.{number}@example.com".lower().replace("é", "e")
            add("contacts", no=person, type="person", name=f"{first} {last}", first_name=first, last_name=last,
                company_no=firm, email="" if number % 17 == 0 else mail, phone_no=f"+33 6 {number:08}",
                job_title=("Buyer", "Sales manager", "Designer", "Buyer")[place_no],
                organizational_level_code="CEO" if place_no == 0 else "STAFF",
                correspondence_type=("email", "", "hard_copy", "email")[place_no],
                exclude_from_segment=number % 23 == 0, address=f"{number} High Street", **place)  # fmt: skip
            add("job_responsibilities", contact_no=person, code=("BUYING", "SALES", "SALES", "BUYING")[place_no])
            if number % 2:
                add("mailing_groups", contact_no=person, code="FAIR")
            if number % 3 == 0:
                add("mailing_groups", contact_no=person, code="NEWS")
            add("profile_answers", contact_no=person, company_no=firm, questionnaire_code="HABITS",
                line_no=(20, 30)[number // 2 % 2], updated_on=today)  # fmt: skip
            if number % 4 == 0:
                add("interactions", contact_no=person, company_no=firm, template_code="VISIT", description="Visit",
                    date=today - timedelta(days=number % 90), salesperson_code="ANNA", evaluation="positive",
                    information_flow="inbound", initiated_by="them", by="ANNA")  # fmt: skip
    return made


def campaigns(crm: Any, today: date) -> None:
    """One that runs, one to come."""
    spring, autumn = (today - timedelta(days=20), today + timedelta(days=40)), (today + timedelta(days=90), None)
    crm.campaigns.create("CP1", description="Spring catalogue", starting_date=spring[0], ending_date=spring[1],
                         salesperson_code="ANNA", status_code="RUNNING")  # fmt: skip
    crm.campaigns.create("CP2", description="Autumn fair", starting_date=autumn[0], salesperson_code="MARC")


def fill(workspace: Any, companies: int = 40) -> None:
    """Fill the CRM of an empty workspace."""
    crm, today = workspace.crm, datetime.now(UTC).date()
    set_up(crm)
    templates(crm)
    questionnaire(crm)
    campaigns(crm, today)
    crm.load(rows(companies, today))
    workspace.run(ticks=1)
    workspace.segments.save("buyers-role", BUYERS, publish=True)


def begin_work(workspace: Any) -> None:
    """A worksheet in three steps, and opportunities on their way."""
    sheets, crm = workspace.crm.worksheets, workspace.crm
    sheet = sheets.create(description="Visitors of the fair", salesperson_code="ANNA", campaign_no="CP1")["no"]
    sheets.add_contacts(sheet, {"mailing_group": {"code": "FAIR|NEWS"}})
    sheets.reduce_contacts(sheet, {"contact": {"type": "company"}})
    sheets.refine_contacts(sheet, {"contact": {"salesperson_code": "ANNA"}})
    crm.worksheets.set(sheet, "interaction_template", "MAIL")
    stages = [
        {"description": "First talk", "completed_pct": 10, "chances_pct": 20},
        {"description": "Offer", "completed_pct": 50, "chances_pct": 50},
        {"description": "Decision", "completed_pct": 90, "chances_pct": 80},
    ]
    crm.opportunities.put_cycle("STEPS", stages=stages, description="Step by step")
    for number, line in enumerate(list(sheets.lines(sheet)["contact_no"])[:7]):
        fields = {"sales_cycle_code": "STEPS", "salesperson_code": "ANNA", "description": f"Stand {number + 1}"}
        made = crm.opportunities.create(str(line), **fields)["no"]
        value = {"estimated_value": 1_200.0 * (number + 1)}
        for action in ("first", "next", "next")[: number % 4]:
            crm.opportunities.move(made, action, **value)


if __name__ == "__main__":
    with parcours.init(Path(sys.argv[1])) as made:
        fill(made, int(sys.argv[2]) if len(sys.argv) > 2 else 40)
