"""The addresses of calendars: a case's, a party's by its link, and each person's own."""

from flask import Blueprint

from web.pages.case_calendar import of_case, read_in
from web.pages.own_calendar import feed, own, remove
from web.pages.party_calendar import of_party

calendars = Blueprint("calendars", __name__)

BOTH = ("GET", "POST")

calendars.add_url_rule("/arende/<reference>/kalender.ics", view_func=of_case)
calendars.add_url_rule("/arende/<reference>/kalendersvar", view_func=read_in, methods=BOTH)
calendars.add_url_rule("/svar/<token>/kalender.ics", view_func=of_party)
calendars.add_url_rule("/kalender", view_func=own, methods=BOTH)
calendars.add_url_rule("/kalender/ta-bort", view_func=remove, methods=("POST",))
calendars.add_url_rule("/kalender/<secret>.ics", view_func=feed)
