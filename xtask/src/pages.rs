//! `cargo xtask pages`: the demo in a headless browser, in parts that each stand alone.
//!
//! It exits with 1 where a part finds a fault, and where the browser complains on the way: an error of a
//! script, something that the policy of a page refused, a request to somebody else.

mod accessible;
mod axe;
mod browser;
mod days;
mod demo;
mod empty;
mod keyboard;
mod keys;
mod looks;
mod site;
mod speed;
mod states;
mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::ValueEnum;

use self::accessible::Sweep;
use self::axe::Axe;
use self::browser::Browser;
use self::demo::Demo;
use crate::shell::{cargo, output, root, say, scratch};

/// Packages that bring a browser, and the letters that the pages were drawn with.
const PACKAGES: [&str; 2] = ["chromium", "fonts-inter"];

/// What is to be done.
pub struct Plan {
    /// The program, where it is built already.
    pub program: Option<PathBuf>,
    /// The folder of the pictures; `target/pages` without it.
    pub pictures: Option<PathBuf>,
    /// The address of a demo that runs already; one of its own without it.
    pub demo: Option<String>,
    /// The parts to do; all of them where none is named.
    pub parts: Vec<Part>,
}

/// A part of what is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Part {
    /// The tour as a visitor walks it, with a picture of each page at three widths, light and dark.
    Pictures,
    /// Every page of every role and each state of it, judged by axe-core (WCAG 2.2 AA), also where nothing
    /// has happened yet. Fetches axe-core with npm.
    Accessible,
    /// A rep's day by the keyboard alone, in real key events.
    Keyboard,
    /// What people of each role do in a day, from their first page to what they came for. Each form is first sent
    /// with its handler gone, which has to be noticed.
    Days,
    /// From a click to what is painted, at the middle and at the slow end; printed, never judged.
    Speed,
}

/// Does it, and says what was found.
pub fn run(plan: &Plan) -> anyhow::Result<ExitCode> {
    let browser = browser_installed()?;
    let program = match &plan.program {
        Some(program) => fs::canonicalize(program).context("there is no such program")?,
        None => built()?,
    };
    let folder = scratch("pages")?;
    let mut own = match &plan.demo {
        Some(_) => None,
        None => Some(Demo::start(&program, &folder.join("demo"))?),
    };
    let running = own.as_ref().map(|demo| demo.address.clone()).or_else(|| plan.demo.clone());
    let stage = Stage { program, demo: running.context("a demo")? };
    say(&format!("the demo is on {}", stage.demo))?;
    let mut tab = Browser::start(browser, &folder.join("profile"))?;
    let done = parts(plan, &stage, &mut tab);
    let ended = own.as_mut().map_or(Ok(()), Demo::end);
    let mut faults = done?;
    ended?;
    faults.extend(complaints(&tab));
    // Its profile is the browser's until it has ended.
    drop(tab);
    fs::remove_dir_all(&folder).context("the scratch folder could not be removed")?;
    for fault in &faults {
        say(&format!("FOUND: {fault}"))?;
    }
    say(&format!("{} faults", faults.len()))?;
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the parts are played on.
struct Stage {
    program: PathBuf,
    /// The address of the demo.
    demo: String,
}

fn parts(plan: &Plan, stage: &Stage, tab: &mut Browser) -> anyhow::Result<Vec<String>> {
    let wanted = |part| plan.parts.is_empty() || plan.parts.contains(&part);
    let mut faults = Vec::new();
    if wanted(Part::Pictures) {
        let pictures = plan.pictures.clone().unwrap_or_else(|| root().join("target/pages"));
        fs::create_dir_all(&pictures).context("the folder of the pictures could not be made")?;
        tab.visit(&stage.demo)?;
        faults.extend(walk::all(tab, &pictures)?);
        say(&format!("pictures are in {}", pictures.display()))?;
    }
    if wanted(Part::Accessible) {
        tab.visit(&stage.demo)?;
        faults.extend(accessible(tab, &stage.program)?);
    }
    if wanted(Part::Keyboard) {
        tab.visit(&stage.demo)?;
        let (checks, found) = keyboard::day(tab)?;
        say(&format!("keyboard: {checks} checks, {} faults", found.len()))?;
        faults.extend(found);
    }
    if wanted(Part::Days) {
        tab.visit(&stage.demo)?;
        let days = days::all(tab)?;
        say(&days.says())?;
        faults.extend(days.faults);
    }
    if wanted(Part::Speed) {
        tab.visit(&stage.demo)?;
        speed::measured(tab)?;
    }
    Ok(faults)
}

/// Judges the pages with axe-core. Where it cannot be had, it says so.
fn accessible(tab: &mut Browser, program: &Path) -> anyhow::Result<Vec<String>> {
    let axe = match Axe::fetched() {
        Ok(axe) => axe,
        Err(reason) => {
            say(&format!("accessible: SKIPPED, 1 part of this run: {reason:#}"))?;
            return Ok(Vec::new());
        }
    };
    let mut sweep = Sweep::new(tab, &axe);
    sweep.demo()?;
    empty::look_at(&mut sweep, program)?;
    let (says, faults) = sweep.told();
    say(&says)?;
    Ok(faults)
}

/// What the browser complained of, each once with how often.
fn complaints(tab: &Browser) -> Vec<String> {
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for complaint in &tab.complaints {
        *often.entry(complaint).or_default() += 1;
    }
    often
        .into_iter()
        .map(|(says, times)| format!("the browser complains {times} times: {says}"))
        .collect()
}

/// The browser's program. Where there is none, Debian's is installed.
fn browser_installed() -> anyhow::Result<&'static str> {
    if let Some(known) = browser::installed() {
        return Ok(known);
    }
    say("installing a browser with apt-get")?;
    output("apt-get", &["update", "-qq"])?;
    output("apt-get", &[&["install", "-y", "-qq"], PACKAGES.as_slice()].concat())?;
    browser::installed().context("no browser is installed: install `chromium`")
}

fn built() -> anyhow::Result<PathBuf> {
    let ended = cargo(&["build", "--release", "--quiet", "--package", "baton"], &[], |_| ())?;
    ensure!(ended.well, "the program could not be built");
    Ok(root().join("target/release/baton"))
}
