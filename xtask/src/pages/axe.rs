//! axe-core, which looks for what keeps people out: fetched from npm at its version, judged by its hash, and
//! run in the page. What it cannot find when it is planted, it is not believed to find.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, ensure};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::browser::Browser;
use crate::npm;
use crate::shell::root;

/// The version that is run.
pub(super) const VERSION: &str = "4.14.1";
/// What its script has to be.
const SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";
/// What it lies in once it is unpacked.
const SCRIPT: &str = "node_modules/axe-core/axe.min.js";
/// WCAG 2.2, A and AA.
const TAGS: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']";
/// Places of one violation that are told, at most.
const PLACES_MAX: usize = 3;

/// Faults that are planted on the style guide: the rule that finds each, its elements, and how they look.
const PLANTED: [(&str, &str, &str); 5] = [
    ("label", "<input name='nameless'>", "width:200px"),
    ("color-contrast", "<p>pale words</p>", "color:#999;background:#eee"),
    ("image-alt", "<img>", "display:inline-block;width:20px;height:20px"),
    ("button-name", "<button type='button'></button>", "width:40px"),
    (
        "target-size",
        "<button type='button'>a</button><button type='button'>b</button>",
        "min-height:0;width:9px;height:9px;padding:0;overflow:hidden",
    ),
];

/// The script of axe-core.
pub(super) struct Axe(String);

/// Something that keeps somebody out.
#[derive(Deserialize)]
pub(super) struct Violation {
    /// The rule that it breaks.
    pub(super) rule: String,
    /// What that rule asks for.
    pub(super) help: String,
    /// Where, as selectors, with what was found there.
    pub(super) places: Vec<String>,
}

/// What came of one look.
#[derive(Deserialize)]
pub(super) struct Judged {
    pub(super) violations: Vec<Violation>,
    /// How many places could not be judged by a program.
    pub(super) unsure: usize,
}

impl Axe {
    /// Fetches it once a machine. The error is why it cannot be had here.
    pub(super) fn fetched() -> anyhow::Result<Self> {
        let folder = root().join("target/axe-core").join(VERSION);
        let script = folder.join(SCRIPT);
        if !script.exists() {
            fs::create_dir_all(&folder)?;
            npm::install("axe-core", VERSION, &folder)?;
        }
        let script = fs::read_to_string(&script).context("axe-core is not where npm puts it")?;
        let mut is = String::new();
        for byte in Sha256::digest(script.as_bytes()) {
            write!(is, "{byte:02x}")?;
        }
        ensure!(is == SHA256, "axe-core {VERSION} is another one than expected: SHA-256 {is}");
        Ok(Self(script))
    }

    /// What is wrong within the first element that a selector names.
    pub(super) fn judge(&self, tab: &mut Browser, within: &str) -> anyhow::Result<Judged> {
        if !tab.run("typeof axe === 'object'")?.as_bool().unwrap_or_default() {
            tab.run(&format!("{}; 0", self.0)).context("axe-core does not load")?;
        }
        let asked = format!(
            "axe.run({}, {{ preload: false, iframes: false, resultTypes: ['violations', 'incomplete'], \
               runOnly: {{ type: 'tag', values: {TAGS} }}, rules: {{ 'target-size': {{ enabled: true }} }} }}) \
             .then(({{ violations, incomplete }}) => ({{ \
               unsure: incomplete.reduce((sum, one) => sum + one.nodes.length, 0), \
               violations: violations.map((one) => ({{ rule: one.id, help: one.help, \
                 places: one.nodes.slice(0, {PLACES_MAX}).map((node) => `${{node.target.join(' ')}}: \
                   ${{node.failureSummary.split('\\n').slice(1, 3).map((line) => line.trim()).join(' ')}}`) }})) }}))",
            serde_json::to_string(within)?
        );
        serde_json::from_value(tab.run(&asked)?).context("axe-core says something else")
    }

    /// Plants faults, one after another. The error names the first that is not found.
    pub(super) fn proven(&self, tab: &mut Browser) -> anyhow::Result<usize> {
        tab.open("/styleguide")?;
        for (rule, elements, looks) in PLANTED {
            let plant = format!(
                "document.querySelector('main').insertAdjacentHTML('afterbegin', {}); \
                 [...document.querySelector('#planted').children].forEach((one) => one.style.cssText = '{looks}')",
                serde_json::to_string(&format!("<div id='planted'>{elements}</div>"))?
            );
            tab.run(&plant)?;
            let found = self.judge(tab, "#planted")?.violations;
            ensure!(
                found.iter().any(|violation| violation.rule == rule),
                "axe-core does not find a planted fault of `{rule}`"
            );
            tab.run("document.querySelector('#planted').remove()")?;
        }
        Ok(PLANTED.len())
    }
}
