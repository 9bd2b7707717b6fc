"""The households of The Complete Journey as contacts of a CRM: for the tutorial ``docs/tutorial/first-mailing.md``.

The 801 households with demographics become persons with groups and answers, in a new workspace:

* contacts: number and name of the household; the e-mail address is made up, as in ``load.py``;
* mailing groups ``TYPEA``, ``TYPEB``, ``TYPEC``: what the household was mailed before the campaign of the tutorial;
* the questionnaire ``HOUSE``: a question for each demographic fact, an answer for each value.

Industry groups stay empty: they are for companies, and there is none in the data. Beside the workspace's files lies
``redemptions.csv``, the coupons of campaign 18 as they were redeemed.

    python examples/complete-journey/contacts.py mailing
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl

import parcours

sys.path.insert(0, str(Path(__file__).parent))
import load

#: The campaign that the tutorial does again, and the question of each column of the demographics.
CAMPAIGN = 18
QUESTIONS = {
    "age": "How old is the head of the household?",
    "income": "What is the income?",
    "home_ownership": "Is the home your own?",
    "household_size": "How many live in the household?",
    "kids_count": "How many of them are children?",
}
#: Between the numbers of two lines.
STEP = 10


def contacts(demographics: pl.DataFrame, campaigns: pl.DataFrame, descriptions: pl.DataFrame) -> pl.DataFrame:
    """One row per household, with the codes of its mailing groups."""
    before = descriptions.filter(pl.col("start_date") < descriptions.filter(campaign_id=CAMPAIGN)["start_date"].item())
    groups = (
        campaigns.join(before, on="campaign_id")
        .with_columns(group=pl.col("campaign_type").str.to_uppercase().str.replace(" ", ""))
        .group_by("household_id")
        .agg(pl.col("group").unique().sort().str.join(";").alias("mailing_groups"))
    )
    number = pl.col("household_id").cast(pl.String)
    return (
        demographics.select("household_id")
        .join(groups, on="household_id", how="left")
        .sort("household_id")
        .select(
            no=number,
            type=pl.lit("person"),
            first_name=pl.lit("Household"),
            last_name=number,
            email=pl.concat_str(pl.lit("household-"), number, pl.lit("@example.com")),
            language_code=pl.lit("EN"),
            mailing_groups=pl.col("mailing_groups").fill_null(""),
        )
    )


def lines(demographics: pl.DataFrame) -> list[dict[str, Any]]:
    """The lines of the questionnaire: each question, then its answers."""
    made: list[dict[str, Any]] = []
    for column, question in QUESTIONS.items():
        values = demographics[column].drop_nulls().unique().sort().to_list()
        texts = [("question", question), *(("answer", value) for value in values)]
        for kind, text in texts:
            line_no = STEP * (len(made) + 1)
            made.append({"line_no": line_no, "type": kind, "description": text, "column": column})
    return made


def answers(demographics: pl.DataFrame, questionnaire: list[dict[str, Any]]) -> pl.DataFrame:
    """The answer of each household to each question that the data know."""
    known = pl.DataFrame(questionnaire).filter(type="answer").select("column", "line_no", value="description")
    return (
        demographics.unpivot(list(QUESTIONS), index="household_id", variable_name="column")
        .join(known, on=["column", "value"])
        .select(
            contact_no=pl.col("household_id").cast(pl.String),
            questionnaire_code=pl.lit("HOUSE"),
            line_no=pl.col("line_no"),
        )
        .sort("contact_no", "line_no")
    )


def set_up(crm: parcours.service.crm.crm.Crm) -> None:
    """What a company sets up once: number series, groups, a salesperson, a language."""
    crm.put_series("SEGM", "S001")
    for kind in ("A", "B", "C"):
        crm.put_code("mailing_group", f"TYPE{kind}", f"Was mailed a campaign of type {kind}")
    crm.put_code("language", "EN", "English")
    crm.put_salesperson("ANNA", name="Anna", email="anna@example.com")
    crm.set("default_salesperson", "ANNA")


def main(folder: Path) -> None:
    """Make the workspace."""
    names = ("demographics", "campaigns", "campaign_descriptions", "coupon_redemptions")
    tables = {name: pl.read_parquet(load.data_folder() / f"{name}.parquet") for name in names}
    demographics = tables["demographics"]
    cards = contacts(demographics, tables["campaigns"], tables["campaign_descriptions"])
    asked = lines(demographics)
    with parcours.init(folder) as workspace:
        crm = workspace.crm
        set_up(crm)
        taken = crm.contacts.exchange.import_csv(cards.write_csv().encode())
        questionnaires = crm.contacts.questionnaires
        questionnaires.put("HOUSE", description="The household")
        for line in asked:
            questionnaires.put_line("HOUSE", line["line_no"], type=line["type"], description=line["description"])
        given = crm.load({"profile_answers": answers(demographics, asked)})
    redeemed = load.redemptions(tables["coupon_redemptions"], tables["campaign_descriptions"])
    ours = redeemed.filter(pl.col("campaign") == str(CAMPAIGN), pl.col("household_id").is_in(cards["no"].implode()))
    ours.write_csv(folder / "redemptions.csv")
    print(f"{len(taken.created)} contacts, {sum(given.values()):,} answers, {ours.height} redeemed coupons")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
