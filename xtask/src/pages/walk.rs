//! The way of a visitor through the demo, with a picture of each page.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use super::browser::Browser;
use super::looks::Look;
use super::site::become_one;

/// Scripts that say where to go from a page.
const FIRST_ROW: &str = "document.querySelector('.rows a')?.getAttribute('href') ?? ''";
const ACCOUNT: &str = "document.querySelector('.who a')?.getAttribute('href') ?? ''";
const COMPANY: &str =
    "(document.querySelector('.rows a .says')?.textContent ?? '').split('·')[0].trim()";
const OVERFLOW: &str = "document.documentElement.scrollWidth - window.innerWidth";
/// What one sees of a page while a reader works with it.
const STATE: &str = "document.querySelector('.chips .chip')?.textContent ?? ''";

/// A page to take a picture of: its name, its address, and what is done on it before.
struct Stop {
    name: &'static str,
    path: String,
    before: &'static str,
}

/// Walks, takes pictures, and tells what is wrong.
pub(super) fn all(tab: &mut Browser, pictures: &Path) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    tab.look(Look::DESK)?;
    let around = vec![stop("tour", "/tour"), stop("styleguide", "/styleguide")];
    shots(tab, &around, pictures, &mut faults)?;

    become_one(tab, "rep")?;
    let lead = tab.text(FIRST_ROW)?;
    ensure!(lead.starts_with("/h/"), "the rep of the tour has no lead in the inbox");
    tab.open(&lead)?;
    let account = tab.text(ACCOUNT)?;
    let work = vec![
        stop("inbox", "/inbox"),
        stop("handoff", &lead),
        Stop { before: "location.hash = '#evidence-2'", ..stop("evidence", &lead) },
        Stop {
            before: "document.querySelector('.act summary[data-key=R]')?.click()",
            ..stop("reject", &lead)
        },
        stop("account", &account),
        stop("desk", "/desk"),
        stop("ledger", "/ledger"),
        stop("search", "/search"),
        stop("missing", "/h/h-00000000000000000000000000000000"),
    ];
    shots(tab, &work, pictures, &mut faults)?;
    one_minute(tab, pictures, &mut faults)?;
    look_for(tab, pictures, &mut faults)?;
    figures(tab, pictures, &mut faults)?;
    Ok(faults)
}

/// What a manager, a marketer and a leader see: numbers, and the lists behind them.
fn figures(tab: &mut Browser, pictures: &Path, faults: &mut Vec<String>) -> anyhow::Result<()> {
    become_one(tab, "manager")?;
    let managers = vec![
        stop("pulse", "/pulse?days=90&by=source"),
        stop("pulse-list", "/pulse/handoffs?count=rejected&days=90"),
        stop("team", "/team?team=all"),
    ];
    shots(tab, &managers, pictures, faults)?;
    become_one(tab, "marketer")?;
    let marketers = vec![stop("campaigns", "/campaigns?days=90")];
    shots(tab, &marketers, pictures, faults)?;
    become_one(tab, "leader")?;
    let leaders = vec![stop("leader-list", "/pulse/handoffs?count=accepted&days=90")];
    shots(tab, &leaders, pictures, faults)
}

fn stop(name: &'static str, path: &str) -> Stop {
    Stop { name, path: path.to_owned(), before: "" }
}

fn shots(
    tab: &mut Browser,
    stops: &[Stop],
    pictures: &Path,
    faults: &mut Vec<String>,
) -> anyhow::Result<()> {
    for look in Look::all() {
        tab.look(look)?;
        for Stop { name, path, before } in stops {
            tab.open(path)?;
            if !before.is_empty() {
                tab.run(before)?;
            }
            let wide = tab.run(OVERFLOW)?.as_i64().unwrap_or_default();
            if wide > 0 {
                faults.push(format!("{name} is {wide} pixels wider than {}", look.width));
            }
            let file = pictures.join(format!("{name}-{}.png", look.name()));
            fs::write(&file, tab.picture()?)
                .with_context(|| format!("{} could not be written", file.display()))?;
        }
    }
    Ok(())
}

/// What the tour asks a visitor to try: see what a lead rests on, take it, and see who it was done by.
fn one_minute(tab: &mut Browser, pictures: &Path, faults: &mut Vec<String>) -> anyhow::Result<()> {
    tab.look(Look::DESK)?;
    tab.open("/tour")?;
    tab.go("document.querySelector('form.try button').click()")?;
    fs::write(pictures.join("first-1440-light.png"), tab.picture()?)
        .context("the picture of the first lead could not be written")?;
    tab.press("e")?;
    let hash = tab.text("location.hash")?;
    if !hash.starts_with("#evidence-") {
        faults.push(format!("the key E shows no evidence, but `{hash}`"));
    }
    if tab.text("document.querySelector('button[data-key=A]')?.textContent ?? ''")?.is_empty() {
        faults.push("the first lead of the tour has nothing to accept".to_owned());
        return Ok(());
    }
    tab.press_and_go("a")?;
    let state = tab.text(STATE)?;
    if state != "accepted by you" {
        faults.push(format!("after the key A the lead is `{state}`"));
    }
    Ok(())
}

/// Looks for companies by a word of their addresses, in the field that every page has.
fn look_for(tab: &mut Browser, pictures: &Path, faults: &mut Vec<String>) -> anyhow::Result<()> {
    tab.open("/inbox")?;
    let company = tab.text(COMPANY)?;
    ensure!(!company.is_empty(), "the inbox names no company");
    tab.go(&format!(
        "document.querySelector('#search').value = {company:?}; \
         document.querySelector('form.search').requestSubmit()"
    ))?;
    fs::write(pictures.join("found-1440-light.png"), tab.picture()?)
        .context("the picture of what was found could not be written")?;
    if tab.text("document.querySelector('main h1 + *')?.textContent ?? ''")?.starts_with("0 ") {
        faults.push(format!("nothing is found by `{company}`"));
    }
    if !tab.text("location.search")?.is_empty() {
        faults.push("what is looked for stands in the address".to_owned());
    }
    Ok(())
}
