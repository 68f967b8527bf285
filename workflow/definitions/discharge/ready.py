"""Forms of the state ready: each branch's own word, the SIP, the checklist and the home-coming."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.discharge.choices import (
    CAME_HOME,
    HOMES,
    LEAVING,
    NO_SIP_REASONS,
    READINESS,
    SOL_EFFORTS,
)  # fmt: skip
from workflow.definitions.discharge.stay import care_contact_of, moment_in
from workflow.definitions.discharge.times import (
    BEFORE_ADMISSION,
    BEFORE_ADMISSION_DAY,
    Follows,
    earlier,
    far_off,
    refuse,
)  # fmt: skip
from workflow.fields import choice, choices, day, line, moment, text, yes_no
from workflow.forms import Condition, Form, Section
from workflow.messages import MISSING
from workflow.words import _

_READY: Condition = ("answer", ("ready",))
_HOME: Condition = ("outcome", CAME_HOME)
_CRITERIA = (
    "doctor_has_decided", "written_information_given", "care_contact_named",
    "information_transferred", "aids_in_place",
)  # fmt: skip


class Readiness(Form):
    """One branch answers for itself alone; `ready_from` is the first day its efforts can begin."""

    answer = choice(_("Är er del klar för hemgång?"), READINESS)
    ready_from = day(
        _("Från vilken dag kan insatserna börja?"),
        required=False,
        shown_when=_READY,
        needed=True,
    )

    @validates_schema(skip_on_field_errors=False)
    def check_the_day(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Not before the patient came to hospital; catches a mistyped year too."""
        admitted = moment_in(self.facts.opening, "admitted_at")
        refuse(far_off(data, "ready_from", admitted, BEFORE_ADMISSION_DAY))


class ReadySol(Readiness):
    """By the case officer."""

    efforts = choices(_("Vilka insatser blir det?"), SOL_EFFORTS, shown_when=_READY, needed=True)
    performer = line(
        _("Vem utför dem?"), required=False, shown_when=_READY, help=_("Namn och telefonnummer.")
    )


class ReadyHsl(Readiness):
    """By the nurse."""

    assignment_confirmed = yes_no(
        _("Är uppdraget till hemsjukvården bekräftat?"),
        required=False,
        shown_when=_READY,
        needed=True,
    )


class ReadyRehab(Readiness):
    """By the occupational therapist or the physiotherapist."""

    aids = text(_("Hjälpmedel som behövs, och när de finns på plats"), required=False)


class SipNeed(Form):
    """A yes opens a SIP; a no keeps its reason, so that it can be counted."""

    sip_needed = yes_no(
        _("Behövs en SIP?"), help=_("Ja när både regionen och kommunen ska göra insatser.")
    )
    no_sip_reason = choice(
        _("Varför inte?"),
        NO_SIP_REASONS,
        required=False,
        shown_when=("sip_needed", ("false",)),
        needed=True,
    )
    remark = text(_("Kommentar"), required=False)

    @validates_schema(skip_on_field_errors=False)
    def ask_for_the_other_reason(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Another reason is told in words."""
        if data.get("no_sip_reason") == "other" and "remark" not in data:
            raise ValidationError({"remark": [MISSING]})


class GoHomeChecklist(Form):
    """The county's five criteria; what is not met is told in words."""

    doctor_has_decided = yes_no(_("Har läkaren bedömt att patienten är utskrivningsklar?"))
    written_information_given = yes_no(_("Har patienten fått skriftlig information?"))
    care_contact_named = yes_no(_("Är en fast vårdkontakt utsedd?"))
    care_contact = line(
        _("Vem är fast vårdkontakt?"),
        required=False,
        shown_when=("care_contact_named", ("true",)),
        needed=True,
    )
    information_transferred = yes_no(_("Är informationen överförd till alla som behöver den?"))
    aids_in_place = yes_no(_("Finns hjälpmedel och medicinteknisk utrustning på plats?"))
    lacking = text(
        _("Vad saknas, och vem ordnar det?"),
        required=False,
        help=_("Behövs när något svar är nej."),
    )

    def initial(self) -> dict[str, Any]:
        """The care contact that primary care has named."""
        contact = care_contact_of(self.facts)
        return {"care_contact_named": True, "care_contact": contact} if contact else {}

    @validates_schema(skip_on_field_errors=False)
    def ask_for_what_is_lacking(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """A no without a word helps nobody."""
        if any(data.get(name) is False for name in _CRITERIA) and "lacking" not in data:
            raise ValidationError({"lacking": [MISSING]})


class LeftHospital(Follows):
    """The home-coming, or that the patient was not ready after all."""

    too_early = BEFORE_ADMISSION

    outcome = choice(_("Vad har hänt?"), LEAVING)
    home_at = moment(_("När kom patienten hem?"), required=False, shown_when=_HOME, needed=True)
    home = choice(_("Vart?"), HOMES, required=False, shown_when=_HOME, needed=True)
    sip_follow_up_on = day(
        _("Vilken dag ska den SIP:en följas upp?"),
        required=False,
        shown_when=("outcome", ("home_with_sip",)),
        needed=True,
    )
    held_by_region = yes_no(
        _("Fick patienten vänta på att regionens öppna vård var klar?"),
        required=False,
        shown_when=_HOME,
        help=_("Då har kommunen inget betalningsansvar för väntan (LUS 5 kap. 5 §)."),
    )
    withdrawn_at = moment(
        _("När togs underrättelsen tillbaka?"),
        required=False,
        shown_when=("outcome", ("not_ready",)),
        needed=True,
    )
    remark = text(_("Kommentar"), required=False)

    when = ("home_at", "withdrawn_at")
    sections = (
        Section(
            "leaving",
            _("Hemgången"),
            ("outcome", "home_at", "home", "sip_follow_up_on", "withdrawn_at"),
        ),
        Section("more", _("Mer"), ("held_by_region", "remark"), optional=True),
    )

    def earliest(self) -> datetime | None:
        """A patient may go home before the notice, but not before the admission."""
        return moment_in(self.facts.opening, "admitted_at")

    @validates_schema(skip_on_field_errors=False)
    def check_the_other_times(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """A notice is not taken back before it is sent, nor a plan followed up before the home."""
        sent = moment_in(self.facts.latest("notice_ready"), "sent_at")
        before_sent = _("Den kan inte ha tagits tillbaka innan den skickades.")
        before_home = _("Dagen är före hemgången. Kontrollera datumet.")
        refuse(
            earlier(data, ("withdrawn_at",), sent, before_sent)
            | far_off(data, "sip_follow_up_on", data.get("home_at"), before_home)
        )
