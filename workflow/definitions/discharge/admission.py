"""Forms of the state admitted: who has confirmed the notice, and what the hospital is told."""

from datetime import datetime

from workflow.definitions.discharge.choices import CONFIRMED
from workflow.definitions.discharge.stay import moment_in
from workflow.definitions.discharge.times import Follows
from workflow.fields import choice, line, moment, text
from workflow.forms import Condition
from workflow.words import _

_CONFIRMED: Condition = ("confirmed", ("confirmed",))


class AfterNotice(Follows):
    """Nothing is done about a notice before it has come."""

    too_early = _("Tiden är före inskrivningsmeddelandet. Kontrollera den.")

    def earliest(self) -> datetime | None:
        """When the municipality received it."""
        return moment_in(self.facts.opening, "notice_received_at")


class Confirmation(AfterNotice):
    """Of the admission notice, in the region's message system."""

    confirmed = choice(_("Är inskrivningsmeddelandet bekräftat?"), CONFIRMED)
    confirmed_at = moment(_("När?"), required=False, shown_when=_CONFIRMED, needed=True)
    remark = text(_("Kommentar"), required=False)

    when = ("confirmed_at",)


class PrimaryCareConfirmation(Confirmation):
    """LUS 2 kap. 5 §: the fixed care contact is named before the patient leaves the hospital."""

    care_contact = line(
        _("Vem är fast vårdkontakt?"),
        required=False,
        shown_when=_CONFIRMED,
        help=_("Namn och vårdcentral. Lämna tomt om ingen är utsedd än."),
    )


class CurrentEfforts(AfterNotice):
    """What the patient had before the hospital."""

    told_at = moment(_("När berättade ni för sjukhuset?"))
    sol_efforts = text(_("Insatser enligt SoL"), required=False)
    hsl_efforts = text(_("Hälso- och sjukvård från kommunen"), required=False)

    either = (("sol_efforts", "hsl_efforts"),)
    when = ("told_at",)

    def notice(self) -> str:
        """The message itself goes elsewhere."""
        return _("Meddelandet skickas i regionens system. Här noteras att det är gjort.")
