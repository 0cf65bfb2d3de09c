"""Reads SARIF with sarif-tools and compares what it finds with the evaluation."""

import collections
import json
import pathlib
import sys

from sarif import loader

folder = pathlib.Path(sys.argv[1])
evaluation = json.loads((folder / "evaluation.json").read_text())
wanted = collections.Counter(
    own["rule_id"] for own in evaluation["findings"] if own["effective_status"] == "fail"
)
file = loader.load_sarif_file(str(folder / "findings.sarif"))
failing = [own for own in file.get_records() if own["Severity"] in ("error", "warning", "note")]
found = collections.Counter(own["Code"] for own in failing)
assert found == wanted, f"findings.sarif: {found - wanted} too many, {wanted - found} missing"
print(f"findings.sarif: {found.total()} failures of {len(found)} rules, as the evaluation says")
