"""What can be chosen in the SIP's forms: stored value to Swedish label."""

from workflow.words import _

TRIGGERS: dict[str, str] = {
    "discharge": _("Utskrivning från sjukhus"),
    "primary_care": _("Vårdcentral eller annan öppenvård"),
    "home_visit": _("Hembesök eller hemsjukvård"),
    "social_services": _("Socialtjänst eller hemtjänst"),
    "school": _("Skola eller förskola"),
    "person": _("Personen själv"),
    "next_of_kin": _("Närstående"),
    "other": _("Annat"),
}

NEED = {"needed": _("Ja, en SIP behövs"), "no_need": _("Nej, en SIP behövs inte")}
CONSENT = {
    "given": _("Ja, samtycker"),
    "declined": _("Nej, tackar nej"),
    "cannot": _("Kan inte samtycka"),
}
GUARDIANS = {
    "given": _("Ja, de samtycker"),
    "declined": _("Nej, de samtycker inte"),
    "not_asked": _("De är inte frågade"),
}
CHILD = {
    "given": _("Ja, barnet samtycker"),
    "declined": _("Nej, barnet samtycker inte"),
    "not_asked": _("Barnet är inte frågat"),
}

PARTY_KINDS = {
    "called": _("Kallas: en huvudman, som ska svara"),
    "invited": _("Bjuds in: till exempel skolan"),
}
PLACES = {
    "home": _("Hemma hos personen"),
    "hospital": _("På sjukhuset"),
    "phone": _("På telefon"),
    "video": _("På video"),
    "elsewhere": _("På en annan plats"),
}

PARTY_ANSWERS = {
    "attends": _("Kommer"),
    "sends_another": _("Skickar någon annan"),
    "declines": _("Tackar nej"),
    "proposes_another_time": _("Föreslår en annan tid"),
}
"""What a called or invited party can answer itself."""

ANSWERS = PARTY_ANSWERS | {"no_answer": _("Har inte svarat")}
"""What can be written down about a party."""

CAME_BY = {
    "link": _("Genom svarslänken"),
    "phone": _("På telefon"),
    "mail": _("I ett mejl"),
    "paper": _("På papper"),
    "in_person": _("När vi sågs"),
}
TIME_DECISIONS = {"keep": _("Tiden står fast"), "moved": _("Mötet får en ny tid")}

MEETING_OUTCOMES = {
    "held": _("Mötet hölls"),
    "moved": _("Mötet flyttas till en ny tid"),
    "cancelled": _("Mötet ställs in"),
}
PRESENCE = {
    "present": _("Ja, på plats"),
    "remote": _("Ja, på telefon eller video"),
    "absent": _("Nej"),
}
CAME = {
    "came": _("Kom"),
    "sent_another": _("Skickade någon annan"),
    "stayed_away": _("Uteblev"),
}

PRINCIPALS = {"municipality": _("Kommunen"), "region": _("Regionen")}
EFFORT_OUTCOMES = {"done": _("Gjord"), "ongoing": _("Pågår"), "not_done": _("Inte gjord")}
NEXT = {
    "new_round": _("Ett nytt varv: kalla till ett nytt möte"),
    "keep": _("Planen gäller vidare, med ett nytt datum för uppföljning"),
    "close": _("Avsluta"),
}
CLOSING = {
    "goals_met": _("Målen är nådda"),
    "no_longer_needed": _("Samordning behövs inte längre"),
    "consent_withdrawn": _("Personen har tagit tillbaka sitt samtycke"),
    "moved": _("Personen har flyttat"),
    "deceased": _("Personen har avlidit"),
}
EARLY_CLOSING = {
    "moved": CLOSING["moved"],
    "deceased": CLOSING["deceased"],
    # LUS (2017:612) 4:1 st. 2: under compulsory care outside hospital it replaces the SIP.
    "care_plan": _("En samordnad vårdplan gäller i stället (öppen psykiatrisk tvångsvård)"),
    "other": _("Annat skäl"),
}
