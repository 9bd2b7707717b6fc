"""People, and what happened to them."""

from __future__ import annotations

from parcours.service.surface.operations import of

PROFILES = [
    *of(
        "profiles",
        "profiles.profiles:Profiles",
        "profiles",
        ("list", "GET", "/profiles"),
        ("find", "POST", "/profiles/find"),
        ("segments_of", "POST", "/profiles/segments"),
        ("card", "GET", "/profiles/{profile}"),
        ("timeline", "GET", "/profiles/{profile}/timeline"),
        ("export", "GET", "/profiles/{profile}/export"),
        ("export_file", "GET", "/profiles/{profile}/export-file"),
        ("values", "GET", "/attributes/{attribute}/values"),
        ("property_values", "GET", "/events/{event}/properties/{property}/values"),
        ("set", "PATCH", "/profiles/{profile}"),
        ("track", "POST", "/profiles/{profile}/events"),
        ("erase", "DELETE", "/profiles/{profile}"),
        reading=("find", "segments_of"),
    ),
    *of(
        "",
        "workspace:Workspace",
        "profiles",
        ("membership", "GET", "/profiles/{profile}/membership"),
        ("explain", "GET", "/segments/{segment}/explain/{profile}"),
    ),
]
IDENTITIES = of(
    "identities",
    "identities:Identities",
    "profiles",
    ("of", "GET", "/profiles/{profile}/ids"),
    ("resolve", "POST", "/identities/resolve"),
    ("history", "GET", "/identities/merges"),
    ("merge", "POST", "/profiles/{profile}/merge"),
    ("unmerge", "POST", "/identities/merges/{merge}/undo"),
    reading=("resolve",),
)
RECORDS = of(
    "records",
    "records:Records",
    "profiles",
    ("qualifications", "GET", "/qualifications"),
    ("steps", "GET", "/steps"),
    ("deliveries", "GET", "/deliveries"),
    ("events", "POST", "/events/{event}/find"),
    reading=("events",),
)

GROUPS = {"profiles": PROFILES, "identities": IDENTITIES, "records": RECORDS}
