"""The stages of packaging/test.sh leave no test out and run none twice."""

import re
from itertools import product
from pathlib import Path

import pytest

RECIPE = (Path(__file__).parents[3] / "packaging" / "test.sh").read_text("utf-8")
STAGES = re.findall(r"^stage \w+ pytest (.+)$", RECIPE, re.MULTILINE)
KEPT = dict(zip(("usual", "--slow"), re.findall(r'marker="(.+)"', RECIPE), strict=True))


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize(("slow", "alone"), list(product((False, True), repeat=2)))
def test_a_test_runs_in_one_stage(kind, slow, alone):
    marks = {"slow": slow, "alone": alone}
    words = [re.findall('-m "(.+)"', stage) for stage in STAGES]
    assert [len(one) for one in words] == [1, 1]
    ran = [eval(one.replace("$marker", KEPT[kind]), {}, marks) for (one,) in words]  # the grammar of -m is Python's
    assert sum(ran) == (kind == "--slow" or not slow)


def test_no_stage_chooses_tests_by_anything_but_marks():
    for stage in STAGES:
        without = re.sub('-m "(.+)"', "", stage)
        assert (
            re.sub(r"-q|-n auto|--maxprocesses \d+|--dist loadfile|--no-loadscope-reorder", "", without).split() == []
        )


def test_the_stage_of_several_workers_is_the_one_without_what_runs_alone():
    (several,) = [stage for stage in STAGES if "-n " in stage]
    assert several.endswith('and not alone"')
