"""The controls of a report, one checklist for each kind of event; nothing in them is required."""

from workflow.definitions.deviation.choices import YES_NO_UNKNOWN
from workflow.fields import Choice, Choices, Line, Number, choice, choices, line, number
from workflow.forms import Condition, Form
from workflow.words import _

FALL: Condition = ("kind", ("fall",))
MEDICATION: Condition = ("kind", ("medication",))
DEVICE: Condition = ("kind", ("medical_device",))
REHABILITATION: Condition = ("kind", ("rehabilitation",))
ULCER: Condition = ("kind", ("pressure_ulcer",))
CARE: Condition = ("kind", ("care_treatment_sampling",))
INFECTION: Condition = ("kind", ("care_related_infection",))


def _asked(label: str, kind: Condition, explained: str = "") -> Choice:
    return choice(label, YES_NO_UNKNOWN, required=False, help=explained, shown_when=kind)


def _one(label: str, options: dict[str, str], kind: Condition) -> Choice:
    return choice(label, options, required=False, shown_when=kind)


def _several(label: str, options: dict[str, str], kind: Condition) -> Choices:
    return choices(label, options, shown_when=kind)


def _line(label: str, kind: Condition) -> Line:
    return line(label, required=False, shown_when=kind)


def _times(label: str, kind: Condition) -> Number:
    return number(label, 0, 999, unit=_("gånger"), required=False, shown_when=kind)


class FallChecklist(Form):
    """After Växjö's omsorgshandbok; every fall is one, with or without injury."""

    fall_awake = _asked(_("Är personen vaken och som vanligt?"), FALL)
    fall_head_blow = _asked(
        _("Slog personen i huvudet?"), FALL, _("Såg ingen fallet: svara Vet inte.")
    )
    fall_injury_seen = _asked(_("Syns sår, bula, blåmärke eller svullnad?"), FALL)
    fall_anticoagulant = _asked(
        _("Tar personen blodförtunnande?"), FALL, _("Till exempel Waran, Eliquis eller Xarelto.")
    )
    fall_new_pain = _asked(_("Har personen ny smärta?"), FALL, _("Också när hen stöder på benet."))
    fall_leg_shorter = _asked(_("Är ena benet kortare eller vridet utåt?"), FALL)
    fall_moves = _asked(_("Rör personen armar och ben som vanligt?"), FALL)
    fall_stands = _asked(_("Kan personen stå och gå som vanligt?"), FALL)
    fall_head_symptoms = _asked(_("Huvudvärk, kräkning, dubbelseende eller förvirring?"), FALL)
    fall_stroke_signs = _asked(
        _("Tecken på stroke?"), FALL, _("Hängande mungipa, svag arm eller sluddrigt tal.")
    )
    fall_lying_time = _one(
        _("Hur länge låg personen?"),
        {
            "under_10_minutes": _("Under 10 minuter"),
            "under_an_hour": _("10 minuter till en timme"),
            "over_an_hour": _("Mer än en timme"),
            "unknown": _("Vet inte"),
        },
        FALL,
    )
    fall_witnessed = _asked(_("Såg någon fallet?"), FALL)
    fall_place = _one(
        _("Var hände det?"),
        {
            "bedroom": _("Sovrum, vid sängen"),
            "bathroom": _("Badrum eller toalett"),
            "living_room": _("Vardagsrum eller kök"),
            "shared": _("Korridor eller gemensamt rum"),
            "outdoors": _("Utomhus"),
            "other": _("Annan plats"),
        },
        FALL,
    )
    fall_toilet_errand = _asked(_("Var personen på väg till eller från toaletten?"), FALL)
    fall_surroundings = _several(
        _("Vad kan ha bidragit?"),
        {
            "aid": _("Hjälpmedel saknades eller användes inte"),
            "shoes": _("Skor eller strumpor"),
            "floor": _("Halt eller ojämnt golv"),
            "light": _("Dåligt ljus"),
            "obstacle": _("Något stod i vägen"),
        },
        FALL,
    )
    fall_earlier = _asked(_("Har personen fallit den senaste månaden?"), FALL)


class MedicationChecklist(Form):
    """What the nurse asks on the phone."""

    medication_name = _line(_("Vilket läkemedel och vilken styrka?"), MEDICATION)
    medication_doses = _line(_("Vad skulle personen ha fått, och vad fick hen?"), MEDICATION)
    medication_high_risk = _asked(
        _("Gäller det insulin, blodförtunnande eller starkt smärtstillande?"), MEDICATION
    )
    medication_effect = _asked(_("Mår personen annorlunda än vanligt?"), MEDICATION)
    medication_signed = _asked(_("Är dosen signerad?"), MEDICATION)
    medication_delegated = _asked(_("Hade den som gav dosen delegering?"), MEDICATION)


class DeviceChecklist(Form):
    """For aids and medical devices."""

    device_name = _line(_("Vilket hjälpmedel eller vilken produkt?"), DEVICE)
    device_number = _line(_("Nummer på produkten"), DEVICE)
    device_fault = _several(
        _("Vad var fel?"),
        {
            "broken": _("Trasigt"),
            "wrong_setting": _("Fel inställt"),
            "wrong_use": _("Användes på fel sätt"),
            "missing": _("Saknades"),
            "unsuitable": _("Passade inte personen"),
            "alarm": _("Larm fungerade inte"),
        },
        DEVICE,
    )
    device_taken_out = _asked(_("Är det taget ur bruk?"), DEVICE)
    device_kept = _asked(_("Är det sparat så att det kan undersökas?"), DEVICE)


class RehabilitationChecklist(Form):
    """For training and other rehabilitation that was not carried out as prescribed."""

    rehabilitation_what = _line(_("Vilken träning eller insats?"), REHABILITATION)
    rehabilitation_planned = _times(_("Hur många gånger skulle den göras?"), REHABILITATION)
    rehabilitation_done = _times(_("Hur många gånger blev den gjord?"), REHABILITATION)
    rehabilitation_why = _several(
        _("Varför blev den inte gjord?"),
        {
            "no_time": _("Tiden räckte inte"),
            "not_known": _("Personalen kände inte till den"),
            "no_instruction": _("Instruktion saknades"),
            "no_aid": _("Hjälpmedel saknades"),
            "declined": _("Personen ville inte"),
            "unwell": _("Personen orkade inte"),
        },
        REHABILITATION,
    )
    rehabilitation_signing_list = _asked(_("Finns signeringslista?"), REHABILITATION)


class UlcerChecklist(Form):
    """Categories as in EPUAP's international classification."""

    ulcer_category = _one(
        _("Vilken kategori?"),
        {
            "1": _("1 – rodnad som inte bleknar vid tryck"),
            "2": _("2 – blåsa eller ytligt sår"),
            "3": _("3 – sår genom hela huden"),
            "4": _("4 – djupt sår till muskel, sena eller ben"),
            "unknown": _("Vet inte"),
        },
        ULCER,
    )
    ulcer_place = _several(
        _("Var sitter det?"),
        {
            "sacrum": _("Korsben eller stuss"),
            "hip": _("Höft"),
            "heel": _("Häl"),
            "ankle": _("Fotknöl"),
            "back": _("Rygg"),
            "elbow": _("Armbåge"),
            "head": _("Huvud eller öra"),
            "other": _("Annan plats"),
        },
        ULCER,
    )
    ulcer_arose_here = _asked(_("Har det uppstått hos oss?"), ULCER)
    ulcer_relief = _asked(_("Finns tryckavlastning?"), ULCER, _("Madrass, dyna eller vändschema."))


class CareChecklist(Form):
    """For care, treatment and sampling, and for infections."""

    care_task = _one(
        _("Vad skulle göras?"),
        {
            "care": _("Vård eller kontroll"),
            "treatment": _("Behandling"),
            "sampling": _("Provtagning"),
        },
        CARE,
    )
    care_fault = _one(
        _("Vad blev fel?"),
        {
            "not_done": _("Det blev inte gjort"),
            "late": _("Det blev gjort för sent"),
            "wrong_way": _("Det blev gjort på fel sätt"),
            "wrong_person": _("Fel person"),
        },
        CARE,
    )
    infection_place = _one(
        _("Vilken infektion?"),
        {
            "urinary": _("Urinvägar"),
            "airways": _("Luftvägar"),
            "skin": _("Sår eller hud"),
            "stomach": _("Mage och tarm"),
            "blood": _("Blod"),
            "unknown": _("Vet inte"),
        },
        INFECTION,
    )
    infection_device = _asked(
        _("Har personen kateter eller infart?"), INFECTION, _("Till exempel KAD, PVK eller CVK.")
    )
    infection_others = _asked(_("Är fler på enheten sjuka?"), INFECTION)
