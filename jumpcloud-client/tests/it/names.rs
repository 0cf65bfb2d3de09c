//! The table of faults names tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// The file of a test, from its path as `cargo test` prints it.
fn file(module: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = module.replace("::", "/");
    ["tests/it", "src"]
        .into_iter()
        .flat_map(|folder| [format!("{folder}/{path}.rs"), format!("{folder}/{path}/mod.rs")])
        .map(|path| root.join(path))
        .find(|path| path.is_file())
}

#[test]
fn every_fault_has_a_test() {
    let table =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md")).unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fault"))
    {
        let name = line.trim_end_matches(" |").rsplit("| ").next().unwrap().trim_matches('`');
        let (module, test) = name.rsplit_once("::").unwrap_or_else(|| panic!("no test: {line}"));
        let file = file(module).unwrap_or_else(|| panic!("no file for `{module}`"));
        let text = fs::read_to_string(&file).unwrap();
        let head = text.split(&format!("fn {test}(")).next().unwrap();
        assert_ne!(head.len(), text.len(), "`{name}` is not in {}", file.display());
        let attribute = head.trim_end_matches("async ").lines().next_back().unwrap_or_default();
        assert!(
            attribute.starts_with("#[test") || attribute.starts_with("#[tokio::test"),
            "`{name}` is no test"
        );
        rows += 1;
    }
    assert!(rows > 30, "{rows} rows");
}
