//! What may import what: the house's walls as data.

use std::fs;
use std::path::{Path, PathBuf};

fn source(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
    files
}

/// `use crate::…` lines of a file outside its tests.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.split("#[cfg(test)]").next().unwrap().lines().map(str::trim).filter_map(|line| {
        line.strip_prefix("use crate::").or_else(|| line.strip_prefix("pub use crate::"))
    })
}

#[test]
fn rules_see_the_case_and_nothing_of_the_engine() {
    for (path, text) in source("rules") {
        for import in imports(&text) {
            let module = import.split([':', ';', ' ']).next().unwrap();
            let allowed = [
                "case",
                "facts",
                "outcome",
                "param",
                "rule",
                "subject",
                "time",
                "tables",
                "capability",
                "attestation",
                "config",
                "evidence",
                "rules",
                "history",
            ];
            assert!(allowed.contains(&module), "{}: {import}", path.display());
        }
    }
}

#[test]
fn exporters_see_the_evaluation_and_nothing_of_the_rules() {
    for folder in ["export", "pack"] {
        for (path, text) in source(folder) {
            for import in imports(&text) {
                let module = import.split([':', ';', ' ']).next().unwrap();
                // Views show facts that no finding rests on: who is let in, what an asset is.
                if module == "facts" && path.components().any(|part| part.as_os_str() == "views") {
                    continue;
                }
                assert!(
                    !["facts", "rules", "case", "engine", "scope"].contains(&module),
                    "{}: {import}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn judgement_needs_no_standard_library() {
    for (path, text) in source("") {
        let adapter =
            path.components().any(|part| part.as_os_str() == "pack" || part.as_os_str() == "html")
                || path.ends_with("export/csv.rs")
                || path.ends_with("export/fleet/csv.rs")
                || path.ends_with("export/parquet.rs")
                || path.ends_with("export/views/csv.rs")
                || path.ends_with("testing.rs")
                || path.ends_with("lib.rs");
        let body = text.split("#[cfg(test)]").next().unwrap();
        assert!(
            adapter || !body.contains("std::") || !body.contains("use std::"),
            "{}",
            path.display()
        );
    }
}
