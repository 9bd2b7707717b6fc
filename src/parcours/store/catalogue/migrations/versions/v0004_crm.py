"""The CRM: contacts, worksheet segments, interactions, campaigns, opportunities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "contact_alt_address_dates",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contact_alt_address_dates"),
        sa.UniqueConstraint("contact_no", "starts", name="uq_contact_alt_address_dates_contact_no"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contact_alt_addresses",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("address_2", sa.String(), server_default="", nullable=False),
        sa.Column("city", sa.String(), server_default="", nullable=False),
        sa.Column("post_code", sa.String(), server_default="", nullable=False),
        sa.Column("county", sa.String(), server_default="", nullable=False),
        sa.Column("country_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("phone_no", sa.String(), server_default="", nullable=False),
        sa.Column("mobile_phone_no", sa.String(), server_default="", nullable=False),
        sa.Column("fax_no", sa.String(), server_default="", nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("email_2", sa.String(), server_default="", nullable=False),
        sa.Column("home_page", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_alt_addresses"),
        sa.UniqueConstraint("contact_no", "code", name="uq_contact_alt_addresses_contact_no"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contact_business_relations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("link_to", sa.String(length=64), server_default="", nullable=False),
        sa.Column("no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_business_relations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_business_relations_code", "contact_business_relations", ["code"])
    op.create_index("ix_contact_business_relations_contact_no", "contact_business_relations", ["contact_no"])
    op.create_index("ix_contact_business_relations_no", "contact_business_relations", ["link_to", "no"])
    op.create_index("ix_contact_business_relations_revision", "contact_business_relations", ["revision"])
    op.create_table(
        "contact_duplicate_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("other_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decision", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_duplicate_decisions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_duplicate_decisions_contact_no", "contact_duplicate_decisions", ["contact_no"])
    op.create_index("ix_contact_duplicate_decisions_other_no", "contact_duplicate_decisions", ["other_no"])
    op.create_table(
        "contact_formers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("now_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contact_formers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_formers_no", "contact_formers", ["no"])
    op.create_table(
        "contact_industry_groups",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_industry_groups"),
        sa.UniqueConstraint("contact_no", "code", name="uq_contact_industry_groups_contact_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_industry_groups_code", "contact_industry_groups", ["code"])
    op.create_index("ix_contact_industry_groups_contact_no", "contact_industry_groups", ["contact_no"])
    op.create_index("ix_contact_industry_groups_revision", "contact_industry_groups", ["revision"])
    op.create_table(
        "contact_job_responsibilities",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_job_responsibilities"),
        sa.UniqueConstraint("contact_no", "code", name="uq_contact_job_responsibilities_contact_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_job_responsibilities_code", "contact_job_responsibilities", ["code"])
    op.create_index("ix_contact_job_responsibilities_contact_no", "contact_job_responsibilities", ["contact_no"])
    op.create_index("ix_contact_job_responsibilities_revision", "contact_job_responsibilities", ["revision"])
    op.create_table(
        "contact_mailing_groups",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_mailing_groups"),
        sa.UniqueConstraint("contact_no", "code", name="uq_contact_mailing_groups_contact_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_mailing_groups_code", "contact_mailing_groups", ["code"])
    op.create_index("ix_contact_mailing_groups_contact_no", "contact_mailing_groups", ["contact_no"])
    op.create_index("ix_contact_mailing_groups_revision", "contact_mailing_groups", ["revision"])
    op.create_table(
        "contact_profile_answers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("company_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("questionnaire_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=True),
        sa.Column("share_answered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_profile_answers"),
        sa.UniqueConstraint(
            "contact_no", "questionnaire_code", "line_no", name="uq_contact_profile_answers_contact_no"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_profile_answers_contact_no", "contact_profile_answers", ["contact_no"])
    op.create_index("ix_contact_profile_answers_questionnaire_code", "contact_profile_answers", ["questionnaire_code"])
    op.create_index("ix_contact_profile_answers_revision", "contact_profile_answers", ["revision"])
    op.create_table(
        "contact_search_strings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("field", sa.String(length=64), server_default="", nullable=False),
        sa.Column("part", sa.String(length=64), server_default="", nullable=False),
        sa.Column("string", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_search_strings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_search_strings_contact_no", "contact_search_strings", ["contact_no"])
    op.create_index("ix_contact_search_strings_string", "contact_search_strings", ["field", "part", "string"])
    op.create_table(
        "contact_web_sources",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("search_word", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_web_sources"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_web_sources_contact_no", "contact_web_sources", ["contact_no"])
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=256), nullable=False),
        sa.Column("type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("search_name", sa.String(), server_default="", nullable=False),
        sa.Column("first_name", sa.String(), server_default="", nullable=False),
        sa.Column("middle_name", sa.String(), server_default="", nullable=False),
        sa.Column("last_name", sa.String(), server_default="", nullable=False),
        sa.Column("initials", sa.String(), server_default="", nullable=False),
        sa.Column("job_title", sa.String(), server_default="", nullable=False),
        sa.Column("salutation_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("company_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("company_name", sa.String(), server_default="", nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("address_2", sa.String(), server_default="", nullable=False),
        sa.Column("city", sa.String(), server_default="", nullable=False),
        sa.Column("post_code", sa.String(), server_default="", nullable=False),
        sa.Column("county", sa.String(), server_default="", nullable=False),
        sa.Column("country_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("territory_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("phone_no", sa.String(), server_default="", nullable=False),
        sa.Column("mobile_phone_no", sa.String(), server_default="", nullable=False),
        sa.Column("fax_no", sa.String(), server_default="", nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("email_2", sa.String(), server_default="", nullable=False),
        sa.Column("home_page", sa.String(), server_default="", nullable=False),
        sa.Column("currency_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("format_region", sa.String(length=64), server_default="", nullable=False),
        sa.Column("vat_no", sa.String(), server_default="", nullable=False),
        sa.Column("registration_no", sa.String(), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("correspondence_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("organizational_level_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("exclude_from_segment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("privacy_blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("minor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("parental_consent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("no", name="uq_contacts_no"),
        sa.UniqueConstraint("profile_id", name="uq_contacts_profile_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contacts_company_no", "contacts", ["company_no"])
    op.create_index("ix_contacts_revision", "contacts", ["revision"])
    op.create_table(
        "crm_activity_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("activity_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("date_formula", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_activity_steps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_activity_steps_activity_code", "crm_activity_steps", ["activity_code"])
    op.create_table(
        "crm_attachments",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("storage", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("extension", sa.String(length=64), server_default="", nullable=False),
        sa.Column("media_type", sa.String(), server_default="", nullable=False),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("merge_source", sa.String(length=64), server_default="", nullable=False),
        sa.Column("read_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_attachments"),
    )
    op.create_table(
        "crm_campaign_discounts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("item_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("min_qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("discount_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_campaign_discounts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_campaign_discounts_campaign_no", "crm_campaign_discounts", ["campaign_no"])
    op.create_index("ix_crm_campaign_discounts_item_no", "crm_campaign_discounts", ["item_no"])
    op.create_table(
        "crm_campaign_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("canceled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("logged_segment", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_crm_campaign_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_campaign_entries_campaign_no", "crm_campaign_entries", ["campaign_no"])
    op.create_index("ix_crm_campaign_entries_logged_segment", "crm_campaign_entries", ["logged_segment"])
    op.create_index("ix_crm_campaign_entries_segment_no", "crm_campaign_entries", ["segment_no"])
    op.create_table(
        "crm_campaign_prices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("item_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("min_qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unit_price", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_campaign_prices"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_campaign_prices_campaign_no", "crm_campaign_prices", ["campaign_no"])
    op.create_index("ix_crm_campaign_prices_item_no", "crm_campaign_prices", ["item_no"])
    op.create_table(
        "crm_campaign_targets",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("no", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_campaign_targets"),
        sa.UniqueConstraint("campaign_no", "kind", "no", name="uq_crm_campaign_targets_campaign_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_campaign_targets_no", "crm_campaign_targets", ["no"])
    op.create_table(
        "crm_campaigns",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("status_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_modified", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_campaigns"),
    )
    op.create_table(
        "crm_changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("key", sa.String(), server_default="", nullable=False),
        sa.Column("action", sa.String(length=64), server_default="", nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_changes_key", "crm_changes", ["table_name", "key"])
    op.create_index("ix_crm_changes_revision", "crm_changes", ["revision"])
    op.create_table(
        "crm_codes",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_crm_codes"),
    )
    op.create_table(
        "crm_customers",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("price_group", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_customers"),
    )
    op.create_table(
        "crm_document_contacts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("role", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_document_contacts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_document_contacts_contact_no", "crm_document_contacts", ["contact_no"])
    op.create_index("ix_crm_document_contacts_document_no", "crm_document_contacts", ["document_no"])
    op.create_index("ix_crm_document_contacts_revision", "crm_document_contacts", ["revision"])
    op.create_table(
        "crm_documents",
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=True),
        sa.Column("customer_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("vendor_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("order_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("order_logged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("type", "no", name="pk_crm_documents"),
    )
    op.create_table(
        "crm_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_head"),
    )
    op.create_table(
        "crm_interaction_templates",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unit_duration", sa.Integer(), server_default="0", nullable=False),
        sa.Column("information_flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("initiated_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_target", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("campaign_response", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("correspondence_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ignore_contact_correspondence_type", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("language_default", sa.String(length=64), server_default="", nullable=False),
        sa.Column("wizard_action", sa.String(length=64), server_default="", nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_interaction_templates"),
    )
    op.create_table(
        "crm_interactions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("company_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("time", sa.String(length=64), server_default="", nullable=False),
        sa.Column("template_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("group_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_entry", sa.Integer(), nullable=True),
        sa.Column("campaign_target", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("campaign_response", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("logged_segment", sa.Integer(), nullable=True),
        sa.Column("correspondence_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("information_flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("initiated_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duration", sa.Integer(), server_default="0", nullable=False),
        sa.Column("evaluation", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attempt_failed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("alt_address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("phone_no", sa.String(), server_default="", nullable=False),
        sa.Column("contact_via", sa.String(), server_default="", nullable=False),
        sa.Column("attachment", sa.String(length=64), server_default="", nullable=False),
        sa.Column("send_as_attachment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("opportunity", sa.Integer(), nullable=True),
        sa.Column("opportunity_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("delivery_status", sa.String(length=64), server_default="", nullable=False),
        sa.Column("delivery_detail", sa.String(), server_default="", nullable=False),
        sa.Column("canceled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("postponed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_interactions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_interactions_campaign_entry", "crm_interactions", ["campaign_entry"])
    op.create_index("ix_crm_interactions_campaign_no", "crm_interactions", ["campaign_no"])
    op.create_index("ix_crm_interactions_company_no", "crm_interactions", ["company_no"])
    op.create_index("ix_crm_interactions_contact_date", "crm_interactions", ["contact_no", "date"])
    op.create_index("ix_crm_interactions_contact_no", "crm_interactions", ["contact_no"])
    op.create_index("ix_crm_interactions_logged_segment", "crm_interactions", ["logged_segment"])
    op.create_index("ix_crm_interactions_revision", "crm_interactions", ["revision"])
    op.create_index("ix_crm_interactions_template_code", "crm_interactions", ["template_code"])
    op.create_table(
        "crm_item_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("source_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("item_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("variant_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=True),
        sa.Column("inventory_posting_group", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("quantity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_item_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_item_entries_item_no", "crm_item_entries", ["item_no"])
    op.create_index("ix_crm_item_entries_revision", "crm_item_entries", ["revision"])
    op.create_index("ix_crm_item_entries_source", "crm_item_entries", ["source_type", "source_no"])
    op.create_table(
        "crm_items",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("inventory_posting_group", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unit_price", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_items"),
    )
    op.create_table(
        "crm_ledger_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("party", sa.String(length=64), server_default="", nullable=False),
        sa.Column("no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=True),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("profit", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("list_amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("days_overdue", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_ledger_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_ledger_entries_party", "crm_ledger_entries", ["party", "no", "posting_date"])
    op.create_table(
        "crm_logged_segments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("canceled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_crm_logged_segments"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_logged_segments_segment_no", "crm_logged_segments", ["segment_no"])
    op.create_table(
        "crm_notes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("key", sa.String(length=64), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_notes_key", "crm_notes", ["kind", "key"])
    op.create_table(
        "crm_number_series",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("next", sa.String(length=64), server_default="", nullable=False),
        sa.Column("manual_allowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_number_series"),
    )
    op.create_table(
        "crm_operations",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("operation", sa.String(length=64), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("key", sa.String(), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_crm_operations"),
    )
    op.create_table(
        "crm_opportunities",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_company", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sales_cycle_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("priority", sa.String(length=64), server_default="", nullable=False),
        sa.Column("status", sa.String(length=64), server_default="", nullable=False),
        sa.Column("creation_date", sa.Date(), nullable=True),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("date_closed", sa.Date(), nullable=True),
        sa.Column("quote_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("interaction", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_opportunities"),
    )
    op.create_index("ix_crm_opportunities_campaign_no", "crm_opportunities", ["campaign_no"])
    op.create_index("ix_crm_opportunities_contact_company", "crm_opportunities", ["contact_company"])
    op.create_index("ix_crm_opportunities_contact_no", "crm_opportunities", ["contact_no"])
    op.create_index("ix_crm_opportunities_segment_no", "crm_opportunities", ["segment_no"])
    op.create_table(
        "crm_opportunity_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("opportunity_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("action", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sales_cycle_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("previous_stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("date_of_change", sa.Date(), nullable=True),
        sa.Column("date_closed", sa.Date(), nullable=True),
        sa.Column("days_open", sa.Integer(), server_default="0", nullable=False),
        sa.Column("estimated_value", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("chances_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("completed_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("probability_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("estimated_close_date", sa.Date(), nullable=True),
        sa.Column("close_code", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_opportunity_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_opportunity_entries_opportunity_no", "crm_opportunity_entries", ["opportunity_no"])
    op.create_table(
        "crm_outbox",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("key", sa.String(), server_default="", nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_crm_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_questionnaire_lines",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("questionnaire_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("multiple_answers", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("auto", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("customer_field", sa.String(length=64), server_default="", nullable=False),
        sa.Column("vendor_field", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_field", sa.String(length=64), server_default="", nullable=False),
        sa.Column("method", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sorting", sa.String(length=64), server_default="", nullable=False),
        sa.Column("start", sa.String(length=64), server_default="", nullable=False),
        sa.Column("end", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decimals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("min_pct_answered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("priority", sa.String(length=64), server_default="", nullable=False),
        sa.Column("from", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("to", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_questionnaire_lines"),
        sa.UniqueConstraint("questionnaire_code", "line_no", name="uq_crm_questionnaire_lines_questionnaire_code"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_questionnaires",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("contact_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("business_relation_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("priority", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_questionnaires"),
    )
    op.create_table(
        "crm_ratings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("questionnaire_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("question", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answer_questionnaire_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("answer", sa.Integer(), server_default="0", nullable=False),
        sa.Column("points", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_ratings"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_related_series",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("related", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", "related", name="pk_crm_related_series"),
    )
    op.create_table(
        "crm_removals",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_removals"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_removals_revision", "crm_removals", ["revision"])
    op.create_table(
        "crm_sales_cycle_stages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sales_cycle_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("completed_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("chances_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("activity_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("quote_required", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("allow_skip", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("date_formula", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_sales_cycle_stages"),
        sa.UniqueConstraint("sales_cycle_code", "stage", name="uq_crm_sales_cycle_stages_sales_cycle_code"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_sales_cycles",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("probability_calculation", sa.String(length=64), server_default="", nullable=False),
        sa.Column("blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_sales_cycles"),
    )
    op.create_table(
        "crm_sales_discounts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("for_kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("for_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("item_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("min_qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("discount_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_crm_sales_discounts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_sales_discounts_item_no", "crm_sales_discounts", ["item_no"])
    op.create_table(
        "crm_sales_prices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("for_kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("for_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("item_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("min_qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unit_price", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_crm_sales_prices"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_sales_prices_item_no", "crm_sales_prices", ["item_no"])
    op.create_table(
        "crm_salespeople",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("phone_no", sa.String(), server_default="", nullable=False),
        sa.Column("job_title", sa.String(), server_default="", nullable=False),
        sa.Column("commission_pct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("privacy_blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_salespeople"),
    )
    op.create_table(
        "crm_saved_criteria",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_saved_criteria"),
    )
    op.create_table(
        "crm_setup",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_crm_setup"),
    )
    op.create_table(
        "crm_tasks",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("organizer_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("team_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_company", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("opportunity_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=64), server_default="", nullable=False),
        sa.Column("priority", sa.String(length=64), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("date_closed", sa.Date(), nullable=True),
        sa.Column("canceled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_modified", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_tasks"),
    )
    op.create_index("ix_crm_tasks_campaign_no", "crm_tasks", ["campaign_no"])
    op.create_index("ix_crm_tasks_contact_no", "crm_tasks", ["contact_no"])
    op.create_index("ix_crm_tasks_opportunity_no", "crm_tasks", ["opportunity_no"])
    op.create_index("ix_crm_tasks_salesperson_code", "crm_tasks", ["salesperson_code"])
    op.create_index("ix_crm_tasks_segment_no", "crm_tasks", ["segment_no"])
    op.create_table(
        "crm_team_members",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("team_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_team_members"),
        sa.UniqueConstraint("team_code", "salesperson_code", name="uq_crm_team_members_team_code"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_teams",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_crm_teams"),
    )
    op.create_table(
        "crm_template_languages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("template_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("attachment", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_template_languages"),
        sa.UniqueConstraint("template_code", "language_code", name="uq_crm_template_languages_template_code"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("work_date", sa.String(), server_default="", nullable=False),
        sa.Column("lists", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_crm_users"),
    )
    op.create_table(
        "crm_vendors",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_crm_vendors"),
    )
    op.create_table(
        "worksheet_actions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("undone", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), server_default="", nullable=False),
        sa.Column("source", sa.String(length=64), server_default="", nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=True),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worksheet_actions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_worksheet_actions_segment_no", "worksheet_actions", ["segment_no"])
    op.create_table(
        "worksheet_history",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("inserted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worksheet_history"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_worksheet_history_action_line", "worksheet_history", ["action_id", "line_id"])
    op.create_index("ix_worksheet_history_line_id", "worksheet_history", ["line_id"])
    op.create_index("ix_worksheet_history_segment_no", "worksheet_history", ["segment_no"])
    op.create_table(
        "worksheet_languages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("attachment", sa.String(length=64), server_default="", nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worksheet_languages"),
        sa.UniqueConstraint("segment_no", "line_no", "language_code", name="uq_worksheet_languages_segment_no"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "worksheet_lines",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_company", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("correspondence_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("interaction_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("interaction_group", sa.String(length=64), server_default="", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duration", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attachment", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attachment_state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("time", sa.String(length=64), server_default="", nullable=False),
        sa.Column("information_flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("initiated_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_target", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("campaign_response", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("alt_address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("evaluation", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attempt_failed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("opportunity_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_entry", sa.Integer(), nullable=True),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("send_as_attachment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_via", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worksheet_lines"),
        sa.UniqueConstraint("segment_no", "line_no", name="uq_worksheet_lines_segment_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_worksheet_lines_campaign_no", "worksheet_lines", ["campaign_no"])
    op.create_index("ix_worksheet_lines_contact", "worksheet_lines", ["segment_no", "contact_no"])
    op.create_index("ix_worksheet_lines_contact_no", "worksheet_lines", ["contact_no"])
    op.create_table(
        "worksheet_shelf",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("inserted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_company", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("correspondence_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("interaction_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("interaction_group", sa.String(length=64), server_default="", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duration", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attachment", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attachment_state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("time", sa.String(length=64), server_default="", nullable=False),
        sa.Column("information_flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("initiated_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_target", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("campaign_response", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("alt_address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("evaluation", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attempt_failed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("opportunity_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_entry", sa.Integer(), nullable=True),
        sa.Column("document_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("send_as_attachment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("contact_via", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worksheet_shelf"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_worksheet_shelf_action_line", "worksheet_shelf", ["action_id", "line_no"])
    op.create_index("ix_worksheet_shelf_contact_no", "worksheet_shelf", ["contact_no"])
    op.create_index("ix_worksheet_shelf_segment_no", "worksheet_shelf", ["segment_no"])
    op.create_table(
        "worksheet_shelf_languages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("segment_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("attachment", sa.String(length=64), server_default="", nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worksheet_shelf_languages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_worksheet_shelf_languages_action_id", "worksheet_shelf_languages", ["action_id"])
    op.create_index("ix_worksheet_shelf_languages_segment_no", "worksheet_shelf_languages", ["segment_no"])
    op.create_table(
        "worksheets",
        sa.Column("no", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("campaign_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("salesperson_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("correspondence_type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ignore_contact_correspondence_type", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("interaction_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("interaction_group", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unit_duration", sa.Integer(), server_default="0", nullable=False),
        sa.Column("information_flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("initiated_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_target", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("campaign_response", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("send_as_attachment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("word_template", sa.String(length=64), server_default="", nullable=False),
        sa.Column("series", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_worksheets"),
    )
    op.create_index("ix_worksheets_campaign_no", "worksheets", ["campaign_no"])
