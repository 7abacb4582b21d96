//! Every code of the store has a page.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    collect(&root.join("src"), &mut codes);
    let pages: BTreeSet<String> = fs::read_dir(root.join("../../docs/errors"))
        .unwrap()
        .filter_map(|page| page.unwrap().file_name().into_string().ok())
        .filter_map(|page| page.strip_suffix(".md").map(str::to_owned))
        .filter(|page| page.starts_with("store-"))
        .collect();
    assert_eq!(codes, pages);
}

/// What the sources below a folder quote that begins like a code of the store.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(path).unwrap();
            let quoted = text.split('"').filter(|text| text.starts_with("store-"));
            codes.extend(quoted.map(str::to_owned));
        }
    }
}
