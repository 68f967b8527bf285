"""What can be chosen in the deviation's forms: stored value to Swedish label."""

from datetime import date

from workflow.roles import LABELS, LICENSED
from workflow.words import _

KINDS: dict[str, str] = {
    "fall": _("Fall"),
    "medication": _("Läkemedel"),
    "medical_device": _("Hjälpmedel eller medicinteknisk produkt"),
    "rehabilitation": _("Rehabilitering eller träning"),
    "pressure_ulcer": _("Trycksår"),
    "care_treatment_sampling": _("Vård, behandling eller provtagning"),
    "care_related_infection": _("Vårdrelaterad infektion"),
    "care_other": _("Omvårdnad, övriga områden"),
}
# Gnesta's statistics: these groups from 2022, the last of them through 2021.
VALID_FROM = {
    "care_treatment_sampling": date(2022, 1, 1),
    "care_related_infection": date(2022, 1, 1),
}
VALID_THROUGH = {"care_other": date(2021, 12, 31)}


def valid_kinds(day: date) -> dict[str, str]:
    """The kinds an event of that day (in Stockholm) is counted under."""
    return {
        key: label
        for key, label in KINDS.items()
        if VALID_FROM.get(key, day) <= day <= VALID_THROUGH.get(key, day)
    }


NOT_LISTED = _("Till exempel vikarier som inte finns ovan.")
"""The help beside every list of staff."""

EVENT_CLASSES = {
    "adverse_event": _("Något hände"),
    "near_miss": _("Det var nära att något hände"),
    "risk": _("Det finns risk att något händer"),
}
YES_NO_UNKNOWN = {"yes": _("Ja"), "no": _("Nej"), "unknown": _("Vet inte")}
NEXT_OF_KIN_TOLD = {"yes": _("Ja"), "no": _("Nej"), "not_wanted": _("Patienten vill inte")}

MEDICATION_KINDS = {
    "missed_dose": _("Utebliven dos"),
    "wrong_dose": _("Fel dos"),
    "overdose": _("Överdos (allvarligt)"),
    "dosett_error": _("Fel i dosetten (mindre allvarligt)"),
    "wrong_medicine": _("Fel läkemedel"),
    "wrong_person": _("Läkemedel till fel person"),
    "wrong_time": _("Fel tid"),
    "other": _("Annat"),
}

SEVERITY = {
    "1": _("1 Mindre – obehag eller obetydlig skada"),
    "2": _("2 Måttlig – övergående skada eller funktionsnedsättning, ökat vårdbehov"),
    "3": _("3 Betydande – bestående måttlig funktionsnedsättning"),
    "4": _("4 Katastrofal – dödsfall, livshotande eller bestående stor funktionsnedsättning"),
}
PROBABILITY = {
    "1": _("1 Mycket liten – kan hända en gång om året"),
    "2": _("2 Liten – kan hända varje månad"),
    "3": _("3 Stor – kan hända varje vecka"),
    "4": _("4 Mycket stor – kan hända varje dag"),
}

PROFESSIONS: dict[str, str] = {role.value: LABELS[role] for role in LICENSED}

CAUSE_AREAS = {
    "communication_information": _("Kommunikation och information"),
    "education_competence": _("Utbildning och kompetens"),
    "environment_organization": _("Omgivning och organisation"),
    "procedures_routines_guidelines": _("Procedurer, rutiner och riktlinjer"),
    "technology_equipment": _("Teknik, utrustning och apparatur"),
}

SIDES = {"hsl": _("HSL"), "unit": _("Enheten")}
CONSENT = {
    "given": _("Ja, samtycker"),
    "refused": _("Nej, samtycker inte"),
    "unable": _("Kan inte ta ställning"),
}
SIGNING_LISTS = {"handed_over": _("Lämnade till patienten"), "not_needed": _("Behövs inte")}
OUTCOMES = {"done": _("Åtgärden är utförd"), "not_possible": _("Åtgärden gick inte att utföra")}
VERDICTS = {
    "enough": _("Räcker"),
    "not_enough": _("Räcker inte"),
    "replaced": _("Ersatt av en annan åtgärd"),
}
INFORMED = {
    "patient": _("Patienten är informerad"),
    "next_of_kin": _("Närstående är informerad"),
    "not_appropriate": _("Inte lämpligt"),
}
MAS_DECISIONS = {
    "close": _("Avsluta och arkivera"),
    "return": _("Skicka tillbaka till utredning och åtgärder"),
}
REDO = {
    "investigate": _("Professionernas utredningar"),
    "unit_investigation": _("Enhetens utredning"),
}
WITHDRAWAL_REASONS = {
    "mistake": _("Registrerad av misstag"),
    "duplicate": _("Samma händelse finns i ett annat ärende"),
    "other": _("Annat skäl"),
}
