//! What pages ask for besides themselves: the style sheet, the script and the mark. Each has the hash of
//! its content in its address, so that it can be kept for ever.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::tokens;

/// The folder of their addresses.
pub const FOLDER: &str = "/assets/";
/// Numbers of evidence whose marker is told apart while its evidence is shown.
const MARKERS_MAX: usize = 40;
/// Bytes of the hash that stand in an address.
const HASH_BYTES: usize = 8;

/// Something that a page asks for.
#[derive(Debug)]
pub struct Asset {
    /// Its address.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// What it is.
    pub body: String,
}

impl Asset {
    fn new(name: &str, ending: &str, content_type: &'static str, body: String) -> Self {
        let hash = Sha256::digest(body.as_bytes());
        let mut path = format!("{FOLDER}{name}-");
        for byte in &hash[..HASH_BYTES] {
            let _ = write!(path, "{byte:02x}");
        }
        path.push_str(ending);
        Self { path, content_type, body }
    }
}

/// All of them.
#[derive(Debug)]
pub struct Assets {
    /// How pages look.
    pub style: Asset,
    /// What makes them quicker to use. Every page works without it.
    pub script: Asset,
    /// The mark in the tab of a browser.
    pub mark: Asset,
}

/// All of them.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("baton", ".css", "text/css; charset=utf-8", sheet()),
    script: Asset::new("baton", ".js", "text/javascript; charset=utf-8", script()),
    mark: Asset::new(
        "mark",
        ".svg",
        "image/svg+xml",
        include_str!("../assets/mark.svg").to_owned(),
    ),
});

impl Assets {
    /// The one with this address.
    pub fn at(&self, path: &str) -> Option<&Asset> {
        [&self.style, &self.script, &self.mark].into_iter().find(|asset| asset.path == path)
    }
}

/// The parts of the script, in one scope.
fn script() -> String {
    let mut out = "\"use strict\";\n(() => {\n".to_owned();
    for part in [
        include_str!("../assets/script/base.js"),
        include_str!("../assets/script/drafts.js"),
        include_str!("../assets/script/keys.js"),
        include_str!("../assets/script/palette.js"),
        include_str!("../assets/script/live.js"),
    ] {
        out.push_str(part);
    }
    out.push_str("})();\n");
    out
}

/// The tokens, the rules, and one rule for each marker.
fn sheet() -> String {
    let mut out = tokens::style();
    for part in [
        include_str!("../assets/layout.css"),
        include_str!("../assets/parts.css"),
        include_str!("../assets/pages.css"),
        include_str!("../assets/over.css"),
        include_str!("../assets/figures.css"),
        include_str!("../assets/office.css"),
    ] {
        out.push_str(part);
    }
    for number in 1..=MARKERS_MAX {
        let _ = writeln!(
            out,
            "body:has(#evidence-{number}:target) .marker[href=\"#evidence-{number}\"]{{background:var(--accent);color:var(--on-accent)}}"
        );
    }
    out
}
