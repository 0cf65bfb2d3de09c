"""Reads OSCAL assessment results with compliance-trestle and asks it whether they hold together."""

import argparse
import json
import pathlib
import sys

from trestle.core.validator_factory import validator_factory
from trestle.oscal.assessment_results import AssessmentResults

folder = pathlib.Path(sys.argv[1])
evaluation = json.loads((folder / "evaluation.json").read_text())
validators = validator_factory.get(argparse.Namespace(mode="all", quiet=False))
files = sorted(folder.glob("oscal-assessment-results-*.json"))
assert files, "no OSCAL in the folder"
for file in files:
    results = AssessmentResults.oscal_read(file)
    assert validators.model_is_valid(results, False, None), f"{file.name}: not valid"
    (result,) = results.results
    seen = [own for own in result.observations if own.subjects]
    wanted = len(evaluation["findings"])
    assert len(seen) == wanted, f"{file.name}: {len(seen)} observations of {wanted} findings"
    print(f"{file.name}: valid, {len(seen)} observations, {len(result.findings)} findings")
