//! From a click to what is painted, in the browser, with how much of it the page was waited for. It is printed and
//! never judged: it says as much of the machine as of the pages.

use anyhow::{Context, ensure};

use super::browser::Browser;
use super::looks::Look;
use super::site::become_one;
use crate::shell::say;

/// Clicks on each link; the first one warms up and does not count.
const TIMES: usize = 11;
/// Who clicks what, from which page.
const CLICKS: [(&str, &str, &str); 7] = [
    ("rep", "/ledger", "nav a[href='/inbox']"),
    ("rep", "/inbox", ".rows a"),
    ("manager", "/desk", "nav a[href='/pulse']"),
    ("manager", "/pulse", "nav a[href='/team']"),
    ("marketer", "/search", "nav a[href='/campaigns']"),
    ("revops", "/imports", "nav a[href='/quarantine']"),
    ("auditor", "/search", "nav a[href='/audit']"),
];
/// When the page was painted first.
const PAINT: &str = "performance.getEntriesByName('first-contentful-paint')[0]";
const FIGURES: &str = "(() => { \
    const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
    const page = performance.getEntriesByType('navigation')[0]; \
    return [performance.timeOrigin + paint.startTime - Number(sessionStorage.clicked), \
            page.responseEnd - page.requestStart]; })()";

/// Clicks, and prints a line for each link and one for all.
pub(super) fn measured(tab: &mut Browser) -> anyhow::Result<()> {
    tab.look(Look::DESK)?;
    let mut all = Vec::new();
    let mut reader = "";
    for (role, from, link) in CLICKS {
        if reader != role {
            become_one(tab, role)?;
            reader = role;
        }
        let mut own = Vec::new();
        for at in 0..TIMES {
            let figures = clicked(tab, from, link)?;
            if at > 0 {
                own.push(figures);
            }
        }
        say(&format!("  {role}, {from}, {link}: {}", told(&own)))?;
        all.extend(own);
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    say(&format!("speed: from a click to painted, {} clicks: {}", all.len(), told(&all)))?;
    say(&format!("  the load of the machine meanwhile: {}", load.trim()))?;
    Ok(())
}

/// One click: how long until it was painted, and how long of that the page was asked for, in milliseconds.
fn clicked(tab: &mut Browser, from: &str, link: &str) -> anyhow::Result<(f64, f64)> {
    tab.open(from)?;
    let link = serde_json::to_string(link)?;
    ensure!(tab.until(&format!("document.querySelector({link})")), "{from} has no {link}");
    tab.go(&format!(
        "sessionStorage.clicked = performance.timeOrigin + performance.now(); \
         document.querySelector({link}).click()"
    ))?;
    ensure!(tab.until(PAINT), "nothing is painted after {link}");
    serde_json::from_value(tab.run(FIGURES)?).context("two figures")
}

fn told(clicks: &[(f64, f64)]) -> String {
    let painted: Vec<f64> = clicks.iter().map(|click| click.0).collect();
    let asked: Vec<f64> = clicks.iter().map(|click| click.1).collect();
    format!(
        "p50 {:.0} ms, p95 {:.0} ms; the page was asked for during p50 {:.0} ms, p95 {:.0} ms of it",
        percentile(&painted, 50),
        percentile(&painted, 95),
        percentile(&asked, 50),
        percentile(&asked, 95),
    )
}

/// The value that so many in a hundred do not exceed.
fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).copied().unwrap_or_default()
}
