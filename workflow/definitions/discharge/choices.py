"""What can be chosen in the discharge's forms: stored value to Swedish label."""

from workflow.words import _

CONFIRMED = {
    "confirmed": _("Ja"),
    "not_confirmed": _("Nej, men ärendet går vidare ändå"),
    "not_concerned": _("Berörs inte"),
}
COLOURS = {
    "green": _("Grön – samma insatser som förut, eller små nya"),
    "yellow": _("Gul – nya insatser som börjar samma dag som hemgången"),
    "red": _("Röd – komplext, hem tidigast dagen efter SIP"),
    "none": _("Ingen färg är satt"),
}
OWN_COLOURS = {
    "same": _("Samma som sjukhuset"),
    "green": _("Grön"),
    "yellow": _("Gul"),
    "red": _("Röd"),
}
DIFFERENT = ("green", "yellow", "red")

READINESS = {
    "ready": _("Klart från vår sida"),
    "not_concerned": _("Berörs inte, inga insatser från oss"),
}
SOL_EFFORTS = {
    "earlier": _("Samma insatser som före sjukhusvistelsen"),
    "new": _("Nya eller ändrade insatser"),
}
NO_SIP_REASONS = {
    "one_principal": _("Insatser behövs bara från en huvudman"),
    "has_sip": _("Det finns redan en aktuell SIP"),
    "declined": _("Patienten vill inte"),
    "care_plan": _("Samordnad vårdplan enligt LPT eller LRV görs i stället"),
    "other": _("Annat skäl"),
}
LEAVING = {
    "home": _("Patienten har kommit hem"),
    "home_with_sip": _("Patienten har kommit hem, och en SIP gjordes på sjukhuset"),
    "not_ready": _("Patienten är inte längre utskrivningsklar"),
}
CAME_HOME = ("home", "home_with_sip")
HOMES = {
    "own_home": _("Egen bostad"),
    "short_term": _("Korttidsboende"),
    "residential": _("Särskilt boende"),
    "other": _("Annat"),
}

STARTED = {"started": _("Insatserna har börjat"), "not_needed": _("Behövs inte")}
ENROLLED = {
    "enrolled": _("Inskriven i hemsjukvården"),
    "visits": _("Enstaka hembesök i stället"),
    "not_needed": _("Behövs inte"),
}
LACKING = {
    "medicines": _("Läkemedel eller recept"),
    "medicine_list": _("Aktuell läkemedelslista"),
    "aids": _("Hjälpmedel"),
    "equipment": _("Medicinteknisk utrustning"),
    "supplies": _("Förbrukningsmaterial"),
}

CALLED = {
    "called": _("Ja"),
    "no_answer": _("Ja, men fick inget svar"),
    "not_called": _("Nej"),
}
CONTACTS = {"visit": _("Hembesök"), "phone": _("Telefon"), "video": _("Video")}
ASSESSMENTS = {
    "enough": _("Insatserna räcker"),
    "change": _("Insatserna behöver ändras"),
    "none": _("Insatser behövs inte"),
}
INTERRUPTIONS = {
    "deceased": _("Patienten har avlidit"),
    "other_care": _("Patienten vårdas vidare någon annanstans"),
    "moved": _("Patienten har flyttat"),
    "notice_withdrawn": _("Sjukhuset har tagit tillbaka inskrivningsmeddelandet"),
    "duplicate": _("Samma vårdtillfälle finns i ett annat ärende"),
}
