//! Whether pages keep anybody out: every page of every role, what opens on it, the dialogs, what is said where
//! something goes wrong, and the pages of a house in which nothing has happened; at three widths, light and dark.

use std::collections::{BTreeMap, BTreeSet};

use super::axe::{self, Axe};
use super::browser::Browser;
use super::looks::Look;
use super::site::{become_one, explored, roles};
use super::states::{self, State};
use crate::shell::say;

/// What opens in place on one page and is looked at, at most.
const OPENED_MAX: u64 = 12;
/// How many things can be opened on a page.
const CLOSED: &str = "document.querySelectorAll('main details').length";
/// How much wider a page is than its window.
const OVERFLOW: &str = "document.documentElement.scrollWidth - window.innerWidth";

/// What is looked at by one reader after another, and what was found.
pub(super) struct Sweep<'a> {
    tab: &'a mut Browser,
    axe: &'a Axe,
    looked: u64,
    pages: u64,
    states: u64,
    unsure: usize,
    /// Kinds of pages, and what opens on them, that were looked at in every way.
    known: BTreeSet<String>,
    /// By what is wrong and where: how it was looked at.
    found: BTreeMap<String, Vec<String>>,
}

impl<'a> Sweep<'a> {
    /// Nothing was looked at yet.
    pub(super) const fn new(tab: &'a mut Browser, axe: &'a Axe) -> Self {
        let known = BTreeSet::new();
        let found = BTreeMap::new();
        Self { tab, axe, looked: 0, pages: 0, states: 0, unsure: 0, known, found }
    }

    /// The browser that it looks with.
    pub(super) const fn tab(&mut self) -> &mut Browser {
        self.tab
    }

    /// The page that is open.
    pub(super) fn here(&mut self, name: &str) -> anyhow::Result<()> {
        self.states += 1;
        self.all_looks(&format!("\"{name}\""), "body")
    }

    /// Each page that each visitor of a demo comes to, and each state that pages have.
    pub(super) fn demo(&mut self) -> anyhow::Result<()> {
        let planted = self.axe.proven(self.tab)?;
        say(&format!("axe-core {} finds {planted} of {planted} planted faults", axe::VERSION))?;
        self.reader("nobody")?;
        for role in roles(self.tab)? {
            become_one(self.tab, &role)?;
            self.reader(&role)?;
            for state in states::of(self.tab, &role)? {
                self.state(&role, &state)?;
            }
        }
        Ok(())
    }

    /// Each page that whoever is signed in comes to, with what opens on it.
    pub(super) fn reader(&mut self, role: &str) -> anyhow::Result<()> {
        let pages = explored(self.tab)?;
        // What another role has seen is looked at in two ways, since most of it is the same; how it was
        // narrowed there is not looked at again.
        for page in &pages {
            let is_known = self.known.contains(&page.shape);
            if is_known && page.shape.contains('?') {
                continue;
            }
            self.tab.open(&page.path)?;
            self.pages += 1;
            let place = format!("{} of {role}", page.shape);
            let looks: Vec<Look> = if is_known {
                vec![Look::DESK, Look::PHONE_AT_NIGHT]
            } else {
                Look::all().collect()
            };
            self.known.insert(page.shape.clone());
            self.looks(&place, "body", looks)?;
            let closed = self.tab.run(CLOSED)?.as_u64().unwrap_or_default();
            for at in 0..closed.min(OPENED_MAX) {
                self.opened(&page.shape, role, at)?;
            }
        }
        say(&format!("  {role}: {} pages", pages.len()))?;
        Ok(())
    }

    /// A page in a state that something brings about.
    pub(super) fn state(&mut self, role: &str, state: &State) -> anyhow::Result<()> {
        states::reach(self.tab, state)?;
        self.states += 1;
        self.all_looks(&format!("\"{}\" of {role}", state.name), state.within)
    }

    /// What was found, and a line that says what was looked at.
    pub(super) fn told(self) -> (String, Vec<String>) {
        let faults: Vec<String> = self
            .found
            .into_iter()
            .map(|(what, looks)| format!("{what} ({})", looks.join(", ")))
            .collect();
        let says = format!(
            "accessible: axe-core {} looked {} times at {} pages and {} states of them (WCAG 2.2 AA): {} \
             violations; {} places are for people to judge",
            axe::VERSION,
            self.looked,
            self.pages,
            self.states,
            faults.len(),
            self.unsure
        );
        (says, faults)
    }

    /// Opens one thing of a page and looks at it alone.
    fn opened(&mut self, shape: &str, role: &str, at: u64) -> anyhow::Result<()> {
        let open = format!(
            "(() => {{ const one = document.querySelectorAll('main details')[{at}]; \
             document.querySelector('[data-opened]')?.removeAttribute('data-opened'); \
             if (!one || one.open || !one.checkVisibility()) return ''; \
             one.open = true; one.dataset.opened = ''; \
             return one.querySelector('summary').textContent.trim(); }})()"
        );
        let says = self.tab.text(&open)?;
        if !says.is_empty() && self.known.insert(format!("{says} on {shape}")) {
            self.states += 1;
            self.all_looks(&format!("\"{says}\" on {shape} of {role}"), "[data-opened]")?;
        }
        self.tab.run("document.querySelector('[data-opened]')?.removeAttribute('open')")?;
        Ok(())
    }

    fn all_looks(&mut self, place: &str, within: &str) -> anyhow::Result<()> {
        self.looks(place, within, Look::all())
    }

    fn looks(
        &mut self,
        place: &str,
        within: &str,
        looks: impl IntoIterator<Item = Look>,
    ) -> anyhow::Result<()> {
        for look in looks {
            self.tab.look(look)?;
            self.looked += 1;
            let judged = self.axe.judge(self.tab, within)?;
            self.unsure += judged.unsure;
            for violation in judged.violations {
                for at in violation.places {
                    let what = format!("{}: {}: {at} on {place}", violation.rule, violation.help);
                    self.note(what, look.name())?;
                }
            }
            let wide = self.tab.run(OVERFLOW)?.as_i64().unwrap_or_default();
            if wide > 0 {
                let what = format!("wider than its window: {place}");
                self.note(what, format!("{} by {wide}", look.name()))?;
            }
        }
        self.tab.look(Look::DESK)
    }

    /// Notes what was found, and tells it when it is found first.
    fn note(&mut self, what: String, look: String) -> anyhow::Result<()> {
        if !self.found.contains_key(&what) {
            say(&format!("  found: {what}"))?;
        }
        self.found.entry(what).or_default().push(look);
        Ok(())
    }
}
