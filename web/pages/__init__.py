"""The pages, one blueprint for each thing a person comes for."""

from web.pages.about import about
from web.pages.answer_links import answer_links
from web.pages.answering import answering
from web.pages.board import board
from web.pages.calendars import calendars
from web.pages.case import case
from web.pages.conferences import conferences
from web.pages.coordination import coordination
from web.pages.documents import documents
from web.pages.earlier_cases import earlier_cases
from web.pages.external_deviations import external_deviations
from web.pages.mailbox import mailbox
from web.pages.monitoring import monitoring
from web.pages.opening import opening
from web.pages.operations import operations
from web.pages.overdue import overdue
from web.pages.patient import patient
from web.pages.pausing import pausing
from web.pages.people import people
from web.pages.routines import routines
from web.pages.search import search
from web.pages.start import start
from web.pages.statistics import statistics
from web.pages.step import step
from web.pages.tokens import tokens
from web.pages.webhooks import webhook_pages
from web.signing_in import signing_in

PAGES = (
    signing_in, start, opening, case, step, pausing, board, overdue, conferences, coordination,
    search, patient, routines, people, tokens, mailbox, about, documents, external_deviations,
    calendars, answering, answer_links, monitoring, operations, earlier_cases, statistics,
    webhook_pages,
)  # fmt: skip
