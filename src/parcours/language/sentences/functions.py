"""How functions are said, in English and French. ``{0}``, ``{1}`` … are the arguments, all of which must be named.

Functions without a phrase, or called with another number of arguments, are said by their name: ``length of x``.
A condition is a clause (``x is empty``), any other function a noun (``the length of x``).
"""

from __future__ import annotations

from collections.abc import Mapping

_PHRASES: Mapping[str, tuple[str, str]] = {
    # logic and kinds of value
    "if": ("{1} if {0}, else {2}", "{1} si {0}, sinon {2}"),
    "coalesce": ("{0}, or {1} when there is none,", "{0}, ou {1} à défaut,"),
    "is_numeric": ("{0} is a number", "{0} est un nombre"),
    "is_integer": ("{0} is a whole number", "{0} est un nombre entier"),
    "is_decimal": ("{0} is a decimal number", "{0} est un nombre décimal"),
    # texts
    "is_empty_text": ("{0} is an empty text", "{0} est un texte vide"),
    "is_not_empty_text": ("{0} is a text that is not empty", "{0} est un texte non vide"),
    "lower": ("{0} in lower case", "{0} en minuscules"),
    "upper": ("{0} in upper case", "{0} en majuscules"),
    "trim": ("{0} without spaces around it", "{0} sans espaces autour"),
    "length": ("the length of {0}", "la longueur de {0}"),
    "concat": ("{0} followed by {1}", "{0} suivi de {1}"),
    "concat_items": ("all texts of {0} in a row", "tous les textes de {0} à la suite"),
    "index_of": ("the place of {1} in {0}", "la place de {1} dans {0}"),
    "last_index_of": ("the last place of {1} in {0}", "la dernière place de {1} dans {0}"),
    "substr": ("{0} from character {1} on", "{0} à partir du caractère {1}"),
    "replace": ("{0} with {1} replaced by {2}", "{0} où {1} est remplacé par {2}"),
    "replace_first_match": (
        "{0} with the first match of {1} replaced by {2}",
        "{0} où la première occurrence de {1} est remplacée par {2}",
    ),
    "replace_matches": ("{0} with matches of {1} replaced by {2}", "{0} où les occurrences de {1} deviennent {2}"),
    "split_by": ("{0} split at {1}", "{0} découpé à {1}"),
    "match_group": ("group {2} of the match of {1} in {0}", "le groupe {2} de la correspondance de {1} dans {0}"),
    "text_of": ("{0} as a text", "{0} en texte"),
    "to_string": ("{0} as a text", "{0} en texte"),
    # numbers
    "neg": ("−{0}", "−{0}"),
    "neg_exact": ("−{0}", "−{0}"),
    "mod": ("the remainder of {0} divided by {1}", "le reste de {0} divisé par {1}"),
    "remainder": ("the remainder of {0} divided by {1}", "le reste de {0} divisé par {1}"),
    "abs": ("the absolute value of {0}", "la valeur absolue de {0}"),
    "round": ("{0} rounded", "{0} arrondi"),
    "round_exact": ("{0} rounded", "{0} arrondi"),
    "to_integer": ("{0} as a whole number", "{0} en nombre entier"),
    "to_integer_exact": ("{0} as a whole number", "{0} en nombre entier"),
    "to_decimal": ("{0} as a number", "{0} en nombre"),
    "to_boolean": ("{0} read as true or false", "{0} lu comme vrai ou faux"),
    # dates and times
    "year": ("the year of {0}", "l’année de {0}"),
    "month": ("the month of {0}", "le mois de {0}"),
    "day": ("the day of the month of {0}", "le jour du mois de {0}"),
    "weekday": ("the day of the week of {0}", "le jour de la semaine de {0}"),
    "day_of_year": ("the day of the year of {0}", "le jour de l’année de {0}"),
    "hour": ("the hour of {0}", "l’heure de {0}"),
    "minute": ("the minute of {0}", "la minute de {0}"),
    "date_of": ("the date of {0}", "la date de {0}"),
    "days_between": ("the days from {0} to {1}", "le nombre de jours de {0} à {1}"),
    "add_days": ("{1} days after {0}", "{1} jours après {0}"),
    "add_duration": ("{1} after {0}", "{1} après {0}"),
    "shift": ("{1} {2} after {0}", "{1} {2} après {0}"),
    "start_of": ("the start of the {1} of {0}", "le début de l’unité {1} de {0}"),
    "anniversary_from": ("the anniversary of {0} from {1} on", "l’anniversaire de {0} à partir de {1}"),
    "full_years": ("the full years from {0} to {1}", "les années entières de {0} à {1}"),
    "instant_of": ("the instant of {0}", "l’instant de {0}"),
    "with_offset": ("{0} in universal time", "{0} en temps universel"),
    "update_time_zone": ("{0} in time zone {1}", "{0} dans le fuseau {1}"),
    "millis_of": ("{0} in milliseconds", "{0} en millisecondes"),
    "to_date_only": ("{0} as a date", "{0} en date"),
    "to_date_time": ("{0} as a date and time", "{0} en date et heure"),
    "to_date_time_only": ("{0} as a local date and time", "{0} en date et heure locales"),
    "read_instant": ("{0} as an instant", "{0} en instant"),
    "to_duration": ("{0} as a length of time", "{0} en durée"),
    # lists
    "has_null": ("{0} holds an element without value", "{0} contient un élément sans valeur"),
    "size": ("the number of elements of {0}", "le nombre d’éléments de {0}"),
    "is_empty": ("{0} is empty", "{0} est vide"),
    "first_item": ("the first element of {0}", "le premier élément de {0}"),
    "last_item": ("the last element of {0}", "le dernier élément de {0}"),
    "item_at": ("element {1} of {0}", "l’élément {1} de {0}"),
    "take": ("the first {1} elements of {0}", "les {1} premiers éléments de {0}"),
    "null_if_empty": ("{0}", "{0}"),
    "count_known": ("the number of known elements of {0}", "le nombre d’éléments connus de {0}"),
    "count_null": ("the number of unknown elements of {0}", "le nombre d’éléments inconnus de {0}"),
    "count_distinct": ("the number of different elements of {0}", "le nombre d’éléments différents de {0}"),
    "distinct": ("the different elements of {0}", "les éléments différents de {0}"),
    "intersection": ("the elements that {0} and {1} share", "les éléments communs à {0} et {1}"),
    "intersects": ("{0} and {1} share an element", "{0} et {1} ont un élément commun"),
    "subset_of": ("all elements of {0} are in {1}", "tous les éléments de {0} sont dans {1}"),
    "superset_of": ("{0} has all elements of {1}", "{0} a tous les éléments de {1}"),
    "same_members": ("{0} and {1} have the same elements", "{0} et {1} ont les mêmes éléments"),
    "in_list": ("{0} is one of {1}", "{0} est parmi {1}"),
    "not_in_list": ("{0} is none of {1}", "{0} n’est pas parmi {1}"),
    "sum_of": ("the sum of {0}", "la somme de {0}"),
    "average_of": ("the average of {0}", "la moyenne de {0}"),
    "min_of": ("the smallest of {0}", "la plus petite valeur de {0}"),
    "max_of": ("the largest of {0}", "la plus grande valeur de {0}"),
    # maps
    "entry": ("{1} of {0}", "{1} de {0}"),
    "keys": ("the names in {0}", "les noms dans {0}"),
    "values": ("the values of {0}", "les valeurs de {0}"),
    "first_key": ("the first name in {0}", "le premier nom dans {0}"),
    "entries": ("the entries of {0}", "les entrées de {0}"),
    "from_entries": ("the map of {0}", "la table de {0}"),
    "to_map": ("{0} as a map", "{0} en table"),
    # samples
    "share_of": ("the place of {0} in sample {1}", "le rang de {0} dans l’échantillon {1}"),
}
_LANGUAGES = {"en": 0, "fr": 1}


def phrase_of(function: str, args: int, language: str) -> str | None:
    """The phrase for a call of so many arguments, ``None`` when there is none that names all of them."""
    phrases = _PHRASES.get(function)
    if phrases is None:
        return None
    phrase = phrases[_LANGUAGES[language]]
    return phrase if all(f"{{{place}}}" in phrase for place in range(args)) and f"{{{args}}}" not in phrase else None


def phrases() -> Mapping[str, tuple[str, str]]:
    """Every phrase: the English and the French one."""
    return _PHRASES
