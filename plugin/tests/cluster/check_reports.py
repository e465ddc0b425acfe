#!/usr/bin/env python3
# check_reports.py
# Validates cluster reports in JSON against their schema: check_reports.py SCHEMA REPORT...
# A directory stands for the *.json files in it, of which there must be one.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import pathlib
import sys

import jsonschema


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"duplicate key in {keys}")
    return dict(pairs)


def reports(paths):
    for path in map(pathlib.Path, paths):
        found = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not found:
            raise SystemExit(f"{path}: no reports")
        yield from found


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    checked = failed = 0
    for path in reports(sys.argv[2:]):
        text = path.read_bytes().decode("utf-8", "strict")
        report = json.loads(text, object_pairs_hook=no_duplicates)
        for error in validator.iter_errors(report):
            failed += 1
            print(f"{path}: {error.json_path}: {error.message[:300]}")
        checked += 1
    print(f"{checked} reports, {failed} faults")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
