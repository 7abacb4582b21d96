//! Builds the pages of `docs/errors` into the program, so that `baton explain` has them wherever it runs.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where the pages are, from the folder of this crate.
const PAGES: &str = "../../docs/errors";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES).canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages = Vec::new();
    for file in fs::read_dir(&folder)? {
        let path = file?.path();
        let is_page = path.extension().is_some_and(|end| end == "md");
        let code = path.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
        if let Some(code) = code.filter(|code| is_page && code != "README") {
            pages.push((code, path));
        }
    }
    pages.sort();
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(PathBuf::from(out).join("error_pages.rs"), written(&pages)?)?;
    Ok(())
}

/// The pages as one expression, sorted by code.
fn written(pages: &[(String, PathBuf)]) -> Result<String, std::fmt::Error> {
    let mut text = String::from("&[\n");
    for (code, path) in pages {
        writeln!(text, "({code:?}, include_str!({:?})),", path.display().to_string())?;
    }
    text.push_str("]\n");
    Ok(text)
}
