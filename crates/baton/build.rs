//! Builds the pages of `docs/errors` and `docs/how-to` and the strategies of `examples` into the program, so that
//! `baton explain` and `baton init` have them wherever it runs.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where the pages are, from the folder of this crate.
const PAGES: &str = "../../docs/errors";
/// Where the guides are.
const GUIDES: &str = "../../docs/how-to";
/// Where the strategies are.
const EXAMPLES: &str = "../../examples/strategies";

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("error_pages.rs"), written(&pages(&root.join(PAGES))?)?)?;
    fs::write(out.join("guide_pages.rs"), written(&pages(&root.join(GUIDES))?)?)?;
    fs::write(out.join("example_files.rs"), examples(&root.join(EXAMPLES))?)?;
    Ok(())
}

/// The pages by their code, sorted.
fn pages(folder: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let folder = folder.canonicalize()?;
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
    Ok(pages)
}

/// The files of each example as one expression: the example, the path in it, and the bytes.
fn examples(folder: &Path) -> Result<String, Box<dyn Error>> {
    let folder = folder.canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut open = vec![folder.clone()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for inside in fs::read_dir(&path)? {
                open.push(inside?.path());
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    let mut text = String::from("&[\n");
    for path in files {
        let named = path.strip_prefix(&folder)?.to_str().ok_or("paths are UTF-8")?;
        let Some((example, named)) = named.split_once('/') else { continue };
        let whole = path.display().to_string();
        writeln!(text, "({example:?}, {named:?}, include_bytes!({whole:?})),")?;
    }
    text.push_str("]\n");
    Ok(text)
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
