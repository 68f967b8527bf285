"""The timeline: every event in words, and typed text only for those who may read it."""

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from cases.disposal import dispose_case
from cases.errors import Refused
from cases.events import append, dispose, events_of, faults_of_log, locked_case
from cases.history import History
from cases.models import Case
from cases.overview import case_named, overview
from cases.timeline import Line, reported, timeline
from notifications.sweep import sweep
from tests.cases.village import measure, verdicts
from workflow.answers import Said
from workflow.roles import Role

HSL_ONLY = "Innehållet är för legitimerad personal och enhetschefen."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The words are the same on both databases; the operations beneath are tested on both."""
    return sqlite_url


def lines(village, reference: str, who: str = "nina") -> list[Line]:
    with village.database.reading() as session:
        history = History.of(session, village.routines, case_named(session, reference))
        return list(timeline(history, village.access(session, who)))


def line(village, reference: str, title: str, who: str = "nina") -> Line:
    (found,) = [one for one in lines(village, reference, who) if one.title == title]
    return found


def told(answers: tuple[Said, ...]) -> dict[str, str]:
    """Label to the words of the answer."""
    return {answer.label: " | ".join(map(str, answer.pieces)) for answer in answers}


def before(answer: Said) -> tuple[Any, ...]:
    """What a corrected answer replaced."""
    assert answer.instead_of is not None
    return answer.instead_of.pieces


def everything(of: list[Line]) -> str:
    """All words of all lines, to look for what must not be there."""

    def words(said: Said):
        yield from map(str, (said.label, *said.pieces))
        for row in said.rows:
            yield row.title
            yield from chain.from_iterable(map(words, row.answers))
        if said.instead_of:
            yield from words(said.instead_of)

    answers = chain.from_iterable(one.answers for one in of)
    return "\n".join([*(f"{o.title} {o.about} {o.hint}" for o in of), *chain(*map(words, answers))])


def test_the_report_is_told_with_labels_and_chosen_words(village):
    reference = village.report(temperature="37,5", kind="fall")
    opened = line(village, reference, "Rapporterad")
    assert (opened.about, opened.actor, opened.level) == ("Fall", "Siv Sol", "info")
    answers = told(opened.answers)
    assert answers["Vad hände?"] == "Hittad på golvet i badrummet."
    assert answers["Kom patienten till skada?"] == "Vet inte"
    assert answers["Temperatur"] == "37,5 °C"
    assert "Vilken patient?" not in answers


def test_a_step_is_told_with_what_was_answered_and_by_whom(village):
    reference = village.report()
    village.do("nina", reference, "assess")
    assessed = line(village, reference, "Bedömd")
    answers = told(assessed.answers)
    assert answers["Behövs hembesök?"] == "Nej"
    assert answers["Inblandade professioner"] == "Sjuksköterska"
    assert answers["Din bedömning"] == "Ingen smärta."
    assert assessed.actor == "Nina Nord"


def test_people_in_a_form_are_told_by_name(village):
    reference = village.report()
    worked = [str(village.people["siv"]), str(village.people["stina"])]
    village.do("ulla", reference, "event_report", worked=worked)
    answers = told(line(village, reference, "Händelsen rapporterad av enhetschefen").answers)
    assert answers["Vilka arbetade när det hände?"] == "Siv Sol | Stina Stav"


def test_rows_are_told_and_fixed_rows_by_their_headings(village):
    reference = village.report()
    village.do_all(reference, "follow_up")
    decided = line(village, reference, "Diskuterad på patientkonferens")
    (measures,) = [answer for answer in decided.answers if answer.name == "measures"]
    assert told(measures.rows[0].answers)["Åtgärd"] == "Nattlampa i hallen"
    assert told(measures.rows[0].answers)["Vem äger åtgärden?"] == "Enheten"
    village.do("ulla", reference, "evaluate_unit")
    judged = line(village, reference, "Enhetens åtgärder utvärderade").answers[0]
    assert judged.rows[0].title == "Nattlampa i hallen"
    assert told(judged.rows[0].answers) == {"Räcker åtgärden?": "Räcker"}


def test_a_repeated_step_says_what_it_was_for_in_every_round(village):
    reference = village.report()
    village.do(
        "nina", reference, "assess", involved_professions=["nurse", "occupational_therapist"]
    )
    village.do_all(reference, "mas_review")
    village.do("mats", reference, "review", decision="return", redo=["investigate"], comment="Mer")
    village.do_all(reference, "closed")
    investigated = [one.about for one in lines(village, reference) if one.title == "Utredd"]
    assert investigated == ["Sjuksköterska", "Arbetsterapeut"] * 2
    assert line(village, reference, "Åtgärd utförd").about == "Nattlampa i hallen"


def test_going_on_going_back_and_ending_are_told(village):
    reference = village.report()
    village.do_all(reference, "follow_up")
    keys = [row["measure"] for row in village.plain(reference, "evaluate_unit")["verdicts"]]
    village.do("ulla", reference, "evaluate_unit", **verdicts(keys, "not_enough"))
    back = line(village, reference, "Tillbaka, varv 2")
    assert (back.about, back.level) == ("Patientkonferens", "warning")
    assert told(back.answers) == {"Att göra": "Diskutera på patientkonferensen"}
    village.do_all(reference, "closed")
    ahead = [(one.about, one.level) for one in lines(village, reference) if one.title == "Vidare"]
    assert ahead[0] == ("Förbereds", "info")
    assert ahead[-1] == ("Avslutad", "success")


def test_a_step_that_is_not_needed_any_more_is_told(village):
    reference = village.report()
    village.do("nina", reference, "assess")
    village.do("ulla", reference, "event_report")
    village.do("nina", reference, "consent", consent="refused")
    dropped = line(village, reference, "Steg behövs inte längre")
    assert told(dropped.answers) == {"Behövs inte längre": "Avisera till patientkonferens"}


def test_a_correction_shows_old_and_new_and_marks_what_it_corrects(village):
    reference = village.report()
    village.correct("siv", reference, 1, "Fel rum.", what_happened="Hittad i hallen.")
    village.correct("ulla", reference, 1, "Fel igen.", what_happened="Hittad i köket.", harm="no")
    opened = line(village, reference, "Rapporterad")
    assert opened.corrected
    assert told(opened.answers)["Vad hände?"] == "Hittad på golvet i badrummet."
    first, second = (one for one in lines(village, reference) if one.title == "Rättat")
    assert (first.about, first.level) == ("Rapporterad", "warning")
    reason, what = first.answers
    assert told((reason,)) == {"Varför det rättades": "Fel rum."}
    assert (what.pieces, before(what)) == (
        ("Hittad i hallen.",), ("Hittad på golvet i badrummet.",),
    )  # fmt: skip
    assert [answer.name for answer in second.answers] == [
        "reason_for_correction", "what_happened", "harm",
    ]  # fmt: skip
    assert before(second.answers[1]) == ("Hittad i hallen.",)


def test_an_answer_taken_away_by_a_correction_is_told(village):
    reference = village.report(called_who="Nina")
    village.correct("siv", reference, 1, called_who=None)
    gone = line(village, reference, "Rättat").answers[-1]
    assert (gone.pieces, before(gone)) == ((), ("Nina",))


def test_a_clock_that_moved_says_from_and_to(village):
    reference = village.report()
    village.correct("siv", reference, 1, occurred_at="2026-11-23T10:00")
    moved = line(village, reference, "Ny tid för steget")
    (due,) = moved.answers
    assert moved.about == "Rapportera händelsen"
    assert [str(moment)[:10] for moment in (*due.pieces, *before(due))] == [
        "2026-11-24", "2026-11-25",
    ]  # fmt: skip


def test_notes_claims_links_and_withdrawals_are_told(village):
    reference, other = village.report(), village.report()
    village.note("nina", reference, "Ringde dottern.")
    village.claim("nina", reference, "assess")
    village.hand_over("ulla", reference, "assess", "arne")
    village.hand_over("ulla", reference, "assess", None)
    village.link("nina", reference, other)
    village.act("ulla", reference)
    titles = [one.title for one in lines(village, reference)][2:]
    assert titles == [
        "Anteckning", "Tog steget", "Lämnade över steget till Arne Ask", "Lämnade tillbaka steget",
        f"Länkat till {other}", "Återkallat", "Vidare",
    ]  # fmt: skip
    assert told(line(village, reference, "Återkallat").answers)["Förklara kort"]


def test_work_told_more_than_two_hours_later_is_marked_and_stands_where_it_happened(village):
    reference = village.report()
    village.do("nina", reference, "assess", home_visit=True)
    village.wait(hours=3)
    village.note("nina", reference, "Ringde dottern.")
    visited = village.now - timedelta(hours=2, minutes=1)
    village.do("nina", reference, "home_visit", visited_at=visited.isoformat())
    titles = [one.title for one in lines(village, reference)]
    assert titles.index("Hembesök gjort") < titles.index("Anteckning")
    visit = line(village, reference, "Hembesök gjort")
    assert (visit.late, visit.occurred_at, visit.recorded_at) == (True, visited, village.now)
    assert not line(village, reference, "Anteckning").late


def test_reminders_are_quiet_system_lines_and_nobody_to_reach_is_not(village):
    reference = village.report()
    village.wait(hours=3)
    sweep(village.database, village.routines, village.now)
    of_system = [one for one in lines(village, reference) if one.system]
    assert {one.actor for one in of_system} == {""}
    nobody = line(village, reference, "Ingen gick att nå. Nästa i ordningen får veta det genast.")
    assert (nobody.level, nobody.about) == ("danger", "Bedöm om hembesök behövs")
    assert told(nobody.answers) == {"Sökte": "Verksamhetschef HSL"}
    soon = line(village, reference, "Påminnelse")
    assert "Nina Nord" in told(soon.answers)["Till"]


def test_a_mail_that_failed_is_never_quiet(village):
    reference = village.report()
    with village.database.transaction() as session:
        case = locked_case(session, reference)
        data = {"step": "assess", "item": "", "round": 1, "rung": "soon"}
        more = {"to": [village.people["nina"]], "mail": 1, "error": None}
        append(session, case, "mail_sent", village.now, data=data | more)
        append(session, case, "mail_failed", village.now, data=data | more | {"error": "RCPT 550"})
    sent, failed = lines(village, reference)[-2:]
    assert (sent.title, sent.level) == ("Mejl skickat", "quiet")
    assert (failed.title, failed.level) == ("Mejl kom inte fram", "danger")
    assert told(failed.answers) == {
        "Till": "Nina Nord", "Varför": "Adressen finns inte hos mottagaren."
    }  # fmt: skip


def test_an_event_of_a_type_that_has_no_words_is_still_told(village):
    reference = village.report()
    with village.database.transaction() as session:
        append(session, locked_case(session, reference), "odd_thing", village.now)
    assert lines(village, reference)[-1].title == "Händelse: odd_thing"


# Who reads what


def test_care_staff_read_the_report_and_the_steps_meant_for_them_and_nothing_else(village):
    reference = village.report()
    village.do_all(reference, "follow_up")
    village.note("nina", reference, "HEMLIG anteckning")
    village.correct("siv", reference, 1, what_happened="Hittad i hallen.")
    shown = lines(village, reference, "stina")
    words = everything(shown)
    for hidden in ("Ingen smärta.", "HEMLIG", "Gick upp själv.", "Halt.", "Har berättat redan."):
        assert hidden in everything(lines(village, reference, "nina"))
        assert hidden not in words
    for read in ("Hittad på golvet", "Hittad i hallen.", "Se över sömnmedicinen.", "På mötet."):
        assert read in words
    assessed = line(village, reference, "Bedömd", "stina")
    assert (assessed.hint, assessed.answers) == (HSL_ONLY, ())
    assert line(village, reference, "Utredd", "stina").about == ""
    assert line(village, reference, "Åtgärd utförd", "stina").about == "Nattlampa i hallen"


def test_care_staff_read_their_own_notes(village):
    reference = village.report()
    village.note("stina", reference, "Hon sover nu.")
    assert told(line(village, reference, "Anteckning", "stina").answers) == {"": "Hon sover nu."}
    assert line(village, reference, "Anteckning", "siv").hint == HSL_ONLY


def test_who_may_correct_a_line_is_told_line_by_line(village):
    reference = village.report()
    village.do("nina", reference, "assess")

    def may(who: str) -> list[str]:
        return [one.title for one in lines(village, reference, who) if one.may_correct]

    assert may("siv") == ["Rapporterad"]
    assert may("nina") == ["Bedömd"]
    assert may("ulla") == may("mats") == ["Rapporterad", "Bedömd"]
    assert may("stina") == []
    village.act("ulla", reference)
    assert may("ulla") == []


def test_disposed_text_is_said_to_be_gone_and_nothing_is_concluded_from_the_rest(village):
    reference = village.report()
    village.do_all(reference, "closed")
    with village.database.transaction() as session:
        for event in events_of(session, village.case(reference).id):
            if event.type in ("opened", "step_done") and event.data.get("step") != "send_to_mas":
                dispose(session, event, village.now)
    shown = lines(village, reference)
    assert {one.hint for one in shown if one.title in ("Rapporterad", "Utredd")} == {
        "Texten är gallrad."
    }
    assert everything(shown).count("Nattlampa") == 0
    assert told(line(village, reference, "Skickad till MAS").answers) == {
        "Sammanfattning till MAS": "Lampa uppsatt."
    }
    with village.database.reading() as session:
        history = History.of(session, village.routines, case_named(session, reference))
        view = overview(session, history, village.access(session, "nina"), village.now)
        assert view.measures == ()
        assert reported(history, village.access(session, "nina")) == ()


# Where the case stands


def seen(village, reference: str, who: str):
    with village.database.reading() as session:
        history = History.of(session, village.routines, case_named(session, reference))
        return overview(session, history, village.access(session, who), village.now)


def test_the_overview_names_who_has_the_ball_and_until_when(village):
    reference = village.report()
    village.on_duty("nina", Role.NURSE)
    assess, report = seen(village, reference, "siv").steps
    assert (assess.roles[0], assess.on_duty, assess.may_do) == ("nurse", ("Nina Nord",), False)
    assert (report.roles, report.on_duty) == (("unit_manager",), ())
    village.claim("nina", reference, "assess")
    taken = seen(village, reference, "nina").steps[0]
    assert (taken.claimed_by, taken.is_mine, taken.on_duty) == ("Nina Nord", True, ())


def test_the_number_of_the_patient_and_verdicts_are_not_for_care_staff(village):
    reference = village.report()
    village.do_all(reference, "follow_up")
    village.do("ulla", reference, "evaluate_unit")
    everything_seen = seen(village, reference, "nina")
    assert everything_seen.patient_number == "189001019802"
    assert [m.verdict for m in everything_seen.measures] == ["Räcker"]
    care = seen(village, reference, "siv")
    assert (care.patient, care.patient_number) == ("Test Persson", "")
    assert [(m.text, m.outcome, m.verdict) for m in care.measures] == [
        ("Nattlampa i hallen", "Åtgärden är utförd", "")
    ]


def test_other_cases_of_the_patient_are_shown_to_those_who_may_see_them(village):
    reference, other = village.report(), village.report()
    closed = village.report()
    village.act("ulla", closed)
    elsewhere = village.report("mats", unit="granen")
    village.link("nina", reference, other)
    shown = seen(village, reference, "siv")
    assert [one.reference for one in shown.others] == [other]
    assert [one.reference for one in shown.linked] == [other]
    assert {one.reference for one in seen(village, reference, "mats").others} == {other, elsewhere}


def test_what_may_be_done_at_any_time_is_offered_to_those_who_may(village):
    reference = village.report()
    assert seen(village, reference, "ulla").actions == (("withdraw", "Återkalla ärendet"),)
    assert seen(village, reference, "nina").actions == ()


def test_the_queries_do_not_grow_with_what_has_happened(village):
    def queries(reference: str) -> int:
        asked: list[str] = []

        def note(_c, _cursor, statement, *_rest) -> None:
            asked.append(statement)

        engine = village.database.engine
        with village.database.reading() as session:
            access = village.access(session, "nina")
            sql_event.listen(engine, "before_cursor_execute", note)
            history = History.of(session, village.routines, case_named(session, reference))
            timeline(history, access)
            overview(session, history, access, village.now)
            sql_event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    short, long = village.report(), village.report()
    village.do("nina", short, "assess")  # until then those on duty are asked for, too
    village.do_all(long, "follow_up")
    keys = [row["measure"] for row in village.plain(long, "evaluate_unit")["verdicts"]]
    village.do("ulla", long, "evaluate_unit", **verdicts(keys, "not_enough"))
    week = (village.now.date() + timedelta(days=7)).isoformat()
    many = [measure(f"Åtgärd {n}", "unit", week) for n in range(9)]
    village.do("nina", long, "discuss", measures=many)
    for n in range(5):
        village.note("nina", long, f"Anteckning {n}")
        village.report()
    assert queries(short) == queries(long) <= 10
    with village.database.reading() as session:
        assert session.scalar(select(Case.revision).where(Case.reference == long)) > 10


def test_a_closed_case_is_disposed_of_with_its_basis_and_an_open_one_is_not(village):
    reference = village.report()
    with pytest.raises(Refused), village.database.transaction() as session:
        dispose_case(session, reference, "gallringsplan 2026", village.now)
    village.act("ulla", reference)
    with village.database.transaction() as session:
        dispose_case(session, reference, "gallringsplan 2026", village.now)
        dispose_case(session, reference, "gallringsplan 2026", village.now)
    with village.database.reading() as session:
        assert list(faults_of_log(session)) == []
    [gone] = [one for one in lines(village, reference) if one.type == "disposed"]
    assert gone.title == "Gallrat enligt gallringsplan 2026"
