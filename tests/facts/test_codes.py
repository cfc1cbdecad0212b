"""Municipality codes: valid, obsolete with successor, and every kind of wrong code with its cure."""

from __future__ import annotations

import pytest

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.facts import codes

FIVE = {
    "14713000": "Leipzig, Stadt",
    "14729380": "Thallwitz",
    "14729030": "Bennewitz",
    "14729245": "Lossatal",
    "14729410": "Wurzen, Stadt",
}


def code_of(ags: str) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        codes.check(ags)
    return caught.value.code, caught.value.cure


def test_the_five_and_the_city_states_are_valid() -> None:
    for ags, name in FIVE.items():
        assert codes.check(ags) == ags and codes.name(ags) == name
    assert codes.check("02000000") == "02000000" and codes.check("11000000") == "11000000"


def test_the_list_is_complete_and_small() -> None:
    assert len(codes.municipalities()) == 10_789
    assert content.path("municipalities", "codes.csv.gz").stat().st_size < 500_000
    assert all(len(a) == 8 and a.isdigit() for a in codes.municipalities())


@pytest.mark.parametrize(
    ("ags", "code", "cure"),
    [
        ("14729000", "ags-kreis", "14729010"),
        ("14729", "ags-kreis", "14729010"),
        ("14000000", "ags-land", "14511000"),
        ("14", "ags-land", "14511000"),
        ("14713", "ags-format", "14713000"),
        ("147290410410", "ags-format", "14729410"),
        ("1001000", "ags-format", "01001000"),
        ("Wurzen", "ags-format", "14729410"),
        ("", "ags-format", "eight digits"),
        ("1472941０", "ags-format", "eight digits"),
        ("14729999", "ags-unknown", "same district"),
        ("99999999", "ags-unknown", "Gemeindeverzeichnis"),
        ("09172452", "ags-unincorporated", "municipalities around"),
    ],
)
def test_wrong_codes_name_the_cure(ags: str, code: str, cure: str) -> None:
    assert code_of(ags)[0] == code
    assert cure in code_of(ags)[1]


def test_obsolete_code_names_its_successor() -> None:
    old = [c for c in codes._changes() if codes.successors(c)]
    assert len(old) > 250
    for ags in old:
        code, cure = code_of(ags)
        if code == "ags-obsolete":
            assert all(new in cure for new, _ in codes.successors(ags))
            for new, _ in codes.successors(ags):
                assert new not in codes._changes()


def test_one_succession_by_hand() -> None:
    # Altkirchen (Thuringia) became part of Schmölln on 1 January 2019
    assert codes.successors("16077002") == [("16077043", "Schmölln, Stadt")]
    with pytest.raises(InputError) as caught:
        codes.check("16077002")
    assert caught.value.code == "ags-obsolete"
    assert "Altkirchen" in caught.value.what and "2019-01-01" in caught.value.what
    assert "16077043 (Schmölln, Stadt)" in caught.value.cure


def test_succession_follows_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    a = codes.Change("00000001", "A", "2019-01-01", (("00000002", "B"),))
    b = codes.Change("00000002", "B", "2020-01-01", (("14729410", "Wurzen, Stadt"), ("14729030", "Bennewitz")))
    monkeypatch.setattr(codes, "_changes", lambda: {"00000001": a, "00000002": b})
    assert codes.successors("00000001") == [("14729030", "Bennewitz"), ("14729410", "Wurzen, Stadt")]
    code, cure = code_of("00000001")
    assert code == "ags-obsolete" and "14729410" in cure and "14729030" in cure


def test_succession_survives_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    a = codes.Change("00000001", "A", "2019-01-01", (("00000002", "B"),))
    b = codes.Change("00000002", "B", "2020-01-01", (("00000001", "A"),))
    monkeypatch.setattr(codes, "_changes", lambda: {"00000001": a, "00000002": b})
    assert codes.successors("00000001") == []


def test_twice_or_none_is_an_error() -> None:
    with pytest.raises(InputError, match="named twice"):
        codes.check_all(["14729410", "14713000", "14729410"])
    with pytest.raises(InputError, match="no municipality"):
        codes.check_all([])
    assert codes.check_all(list(FIVE)) == list(FIVE)


def test_find_by_name() -> None:
    assert codes.find("wurz")[0] == ("14729410", "Wurzen, Stadt")
    assert ("14713000", "Leipzig, Stadt") in codes.find("Leipzig")
    assert all(name != "Leipzig, (Landkreis)" for _, name in codes.find("Leipzig"))
    assert codes.find("  ") == []
