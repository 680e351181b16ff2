from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from health_cloud.core import clock as clocks
from health_cloud.core.ids import is_id, new_id


def test_ids_increase_and_are_uuid_version_7():
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000
    assert all(text[14] == "7" and text[19] in "89ab" for text in made)


@given(st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text()), st.dictionaries(st.text(), st.text())))
def test_only_ids_are_ids(value: object):
    assert not is_id(value)


def test_the_clock_moves_on_and_returns():
    clocks.clock.frozen = datetime(2026, 1, 1, tzinfo=UTC)
    clocks.clock.advance(hours=3)
    assert clocks.now() == datetime(2026, 1, 1, 3, tzinfo=UTC)
    clocks.clock.reset()
    assert abs((clocks.now() - datetime.now(UTC)).total_seconds()) < 5
