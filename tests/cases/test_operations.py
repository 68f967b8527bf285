"""Every operation: what it changes, what it refuses, and that it happens once."""


def test_a_case_goes_from_report_to_closed(village):
    reference = village.report()
    village.do_all(reference, "closed")
    case = village.case(reference)
    assert case.closed_at == village.now
    assert case.round == 1
