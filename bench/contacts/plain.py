"""What worksheets do, written by hand in SQL for the same tables: lines, criteria log, shelf, interactions, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.contacts.questions import OF_FOUR

#: Beside the first worksheet, and the follow-up.
SHEET, NEXT = "SM00001", "SM00002"
KEPT = "MG03"
_HEADER = f"'{SHEET}', '2026-03-11', 'Letter', 'T01'"
_LINE = "segment_no, line_no, contact_no, contact_company, salesperson_code, date, description, interaction_template"
_FIELDS = """segment_no, line_no, contact_no, contact_company, campaign_no, salesperson_code, correspondence_type,
    interaction_template, interaction_group, cost, duration, attachment, attachment_state, description, subject,
    language_code, date, time, information_flow, initiated_by, campaign_target, campaign_response, alt_address,
    evaluation, attempt_failed, task, opportunity_no, campaign_entry, document_type, document_no, send_as_attachment,
    word_template, contact_via, version"""
_ACTION = "INSERT INTO worksheet_actions (id, segment_no, number, action, source, options, filters) VALUES"
_GONE = f"""SELECT l.id FROM worksheet_lines l WHERE l.segment_no = '{SHEET}' AND NOT EXISTS (
    SELECT 1 FROM contact_mailing_groups g WHERE g.contact_no = l.contact_no AND g.code = '{KEPT}')"""
_NOTED = "SELECT line_id FROM worksheet_history WHERE action_id = 2"
_SHELVED = f"""INSERT INTO worksheet_shelf (action_id, line_id, inserted, {_FIELDS})
    SELECT 2, id, 0, {_FIELDS} FROM worksheet_lines WHERE id IN ({_NOTED})"""
_TAKEN_OUT = f"DELETE FROM worksheet_lines WHERE id IN ({_NOTED})"

#: The statements of each operation.
STATEMENTS: Mapping[str, Sequence[str]] = {
    "create": (
        f"INSERT INTO worksheets (no, date, description, interaction_template) VALUES ({_HEADER})",
        "UPDATE crm_number_series SET next = 'SM00002' WHERE code = 'SEGM'",
    ),
    "add": (
        f"{_ACTION} (1, '{SHEET}', 1, 'add', 'run', '{{}}', '{{}}')",
        f"""INSERT INTO worksheet_lines ({_LINE}, correspondence_type, language_code)
        SELECT '{SHEET}', 10000 * row_number() OVER (ORDER BY company_name, company_no, type, name, no), no, company_no,
            salesperson_code, '2026-03-11', 'Letter', 'T01', correspondence_type, language_code
        FROM contacts WHERE NOT exclude_from_segment AND no IN ({OF_FOUR})
        ORDER BY company_name, company_no, type, name, no""",
        f"""INSERT INTO worksheet_history (segment_no, action_id, line_id, line_no, contact_no, inserted)
        SELECT segment_no, 1, id, line_no, contact_no, 1 FROM worksheet_lines WHERE segment_no = '{SHEET}'""",
    ),
    "refine": (
        f"{_ACTION} (2, '{SHEET}', 2, 'refine', 'run', '{{}}', '{{}}')",
        f"""INSERT INTO worksheet_history (segment_no, action_id, line_id, line_no, contact_no, inserted)
        SELECT segment_no, 2, id, line_no, contact_no, 0 FROM worksheet_lines WHERE id IN ({_GONE})""",
        _SHELVED,
        _TAKEN_OUT,
    ),
    "go back": (
        f"""INSERT INTO worksheet_lines (id, {_FIELDS}) SELECT line_id, {_FIELDS} FROM worksheet_shelf
        WHERE action_id = 2""",
        "DELETE FROM worksheet_shelf WHERE action_id = 2",
        "UPDATE worksheet_actions SET number = NULL, undone = 1 WHERE id = 2",
    ),
    "redo": (_SHELVED, _TAKEN_OUT, "UPDATE worksheet_actions SET number = 2, undone = NULL WHERE id = 2"),
    "log": (
        "INSERT INTO crm_operations (revision, operation) SELECT revision + 1, 'log' FROM crm_head",
        "UPDATE crm_head SET revision = revision + 1",
        f"INSERT INTO crm_logged_segments (id, segment_no, description) VALUES (1, '{SHEET}', 'Letter')",
        f"""INSERT INTO crm_interactions (contact_no, company_no, description, date, template_code, group_code,
            salesperson_code, segment_no, logged_segment, correspondence_type, language_code, cost, duration, revision)
        SELECT l.contact_no, l.contact_company, l.description, l.date, l.interaction_template, l.interaction_group,
            l.salesperson_code, l.segment_no, 1, l.correspondence_type, l.language_code, l.cost, l.duration,
            (SELECT revision FROM crm_head)
        FROM worksheet_lines l JOIN contacts c ON c.no = l.contact_no
            JOIN crm_salespeople s ON s.code = l.salesperson_code
            JOIN crm_interaction_templates t ON t.code = l.interaction_template
        WHERE l.segment_no = '{SHEET}' ORDER BY l.line_no""",
        """INSERT INTO crm_outbox (revision, kind, "key", body)
        SELECT revision, 'interaction', id, '"new"' FROM crm_interactions WHERE logged_segment = 1 ORDER BY id""",
        f"DELETE FROM worksheet_lines WHERE segment_no = '{SHEET}'",
        f"DELETE FROM worksheet_history WHERE segment_no = '{SHEET}'",
        f"DELETE FROM worksheet_actions WHERE segment_no = '{SHEET}'",
        f"DELETE FROM worksheets WHERE no = '{SHEET}'",
    ),
    "follow-up": (
        f"INSERT INTO worksheets (no, date, description) VALUES ('{NEXT}', '2026-03-11', 'Letter')",
        f"{_ACTION} (3, '{NEXT}', 1, 'add', 'logged', '{{}}', '{{}}')",
        f"""INSERT INTO worksheet_lines ({_LINE})
        SELECT '{NEXT}', 10000 * row_number() OVER (ORDER BY i.id), i.contact_no, c.company_no, c.salesperson_code,
            '2026-03-11', 'Letter', ''
        FROM crm_interactions i JOIN contacts c ON c.no = i.contact_no
        WHERE i.logged_segment = 1 AND NOT i.canceled AND NOT c.exclude_from_segment ORDER BY i.id""",
        f"""INSERT INTO worksheet_history (segment_no, action_id, line_id, line_no, contact_no, inserted)
        SELECT segment_no, 3, id, line_no, contact_no, 1 FROM worksheet_lines WHERE segment_no = '{NEXT}'""",
    ),
}
#: What must be the same after each: lines in order, and how much else there is.
STATE = (
    "SELECT segment_no, line_no, contact_no, contact_company, salesperson_code, date, description FROM worksheet_lines"
    " WHERE contact_no <> '' ORDER BY segment_no, line_no",
    "SELECT (SELECT count(*) FROM worksheet_history), (SELECT count(*) FROM worksheet_shelf),"
    " (SELECT count(*) FROM worksheet_actions), (SELECT count(*) FROM crm_outbox)",
    "SELECT contact_no, company_no, template_code FROM crm_interactions WHERE logged_segment = 1 ORDER BY id",
)
