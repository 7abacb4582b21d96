//! Figures: numbers that open the list behind them, shares with what they are of, and what became of them.

use maud::{Markup, html};

use crate::text::{Href, share, thousands};

/// How far figures are behind, where they are.
pub fn behind(says: Option<&str>) -> Markup {
    html! { @if let Some(says) = says { p.behind-by role="status" { (says) } } }
}

/// A number, and the list that it is the length of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Door {
    /// How many.
    pub count: u64,
    /// The list; none where the reader sees figures alone, or there is no list of such things.
    pub href: Option<Href>,
}

/// What a share did since the period before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is better, by more than chance.
    Better,
    /// It is worse, by more than chance.
    Worse,
    /// Chance would do as much.
    Same,
    /// Too few to tell.
    TooFew,
}

/// So many of so many, and as many before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareView {
    /// How many.
    pub part: Door,
    /// Of how many.
    pub of: Door,
    /// So many of so many in the period before.
    pub before: (u64, u64),
    /// What became of it.
    pub verdict: Verdict,
}

/// A number that opens its list. Nothing opens no list.
pub fn door(door: &Door) -> Markup {
    html! {
        @match &door.href {
            Some(href) if door.count > 0 => a.door href=(href) { (thousands(door.count)) },
            Some(_) | None => span { (thousands(door.count)) },
        }
    }
}

/// `321 = 79.7 % of 403`.
pub fn share_of(view: &ShareView) -> Markup {
    html! {
        span.share {
            (door(&view.part))
            @if let Some(share) = share(view.part.count, view.of.count) {
                " = " b { (share) } " of " (door(&view.of))
            } @else {
                " of " (thousands(view.of.count))
            }
        }
    }
}

/// `was 71.2 % of 386: better`.
pub fn since_before(view: &ShareView) -> Markup {
    let (part, of) = view.before;
    let (class, says) = match view.verdict {
        Verdict::Better => ("better", "better"),
        Verdict::Worse => ("worse", "worse"),
        Verdict::Same => ("same", "no clear change"),
        Verdict::TooFew => ("same", "too few to tell"),
    };
    html! {
        span class={ "since " (class) } {
            @match share(part, of) {
                Some(share) => { "was " (share) " of " (thousands(of)) ": " (says) }
                None => { "none before" }
            }
        }
    }
}

/// What the column of accepted leads is called, and what the figure means wherever it stands.
pub const ACCEPTED: &str = "Accepted, of offered";
const ACCEPTED_SAYS: &str = "It counts the leads that began in this period: those that were offered to a person, and of \
                             these the ones that somebody has accepted by now. A lead that is still on offer or was rejected \
                             is among the offered.";

/// `Accepted: 12 of 30 offered in this period (40.0 %)`, with what that means: the same on every page.
pub fn accepted_line(view: &ShareView) -> Markup {
    html! {
        p.defined {
            b { "Accepted: " (door(&view.part)) " of " (door(&view.of)) " offered in this period" }
            @if let Some(share) = share(view.part.count, view.of.count) { " (" (share) ")" }
            ". " span.quiet { (ACCEPTED_SAYS) }
        }
    }
}

/// One of several views of the same page, as a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub href: Href,
    /// Whether it is shown.
    pub here: bool,
}

/// Links beside each other of which one is shown. `says` is read to whoever does not see them.
pub fn tabs(says: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(says) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.here.then_some("true")] { (tab.name) }
            }
        }
    }
}

/// What a page is narrowed to, with a way to take it away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Narrowed {
    /// What it is: `source web`.
    pub says: String,
    /// The page without it.
    pub without: Href,
}

/// All that a page is narrowed to.
pub fn narrowed(all: &[Narrowed]) -> Markup {
    html! {
        @if !all.is_empty() {
            ul.narrowed aria-label="Narrowed to" {
                @for one in all {
                    li { span { (one.says) } a href=(one.without) aria-label={ "Without " (one.says) } { "✕" } }
                }
            }
        }
    }
}
