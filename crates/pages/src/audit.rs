//! The audit: who did what, when and why, and whether the journal is what was written.

use maud::{Markup, html};

use crate::parts::{Cell, Choice, Column, Narrowed, card, csrf, empty, head, narrowed, table};
use crate::text::{Href, When, count, thousands};

/// The audit as one reader sees it.
#[derive(Clone, Debug, Default)]
pub struct AuditView {
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// What is asked for, as it was typed.
    pub asked: AskedView,
    /// The kinds of deeds that can be asked for.
    pub kinds: Vec<Choice>,
    /// What the list is narrowed to.
    pub narrowed: Vec<Narrowed>,
    /// Deeds, the newest first.
    pub deeds: Vec<DeedView>,
    /// The deeds before them.
    pub next: Option<Href>,
    /// What came of looking through the journal; none where nobody asked.
    pub verdict: Option<VerdictView>,
}

/// What is asked for, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct AskedView {
    /// A handoff.
    pub handoff: String,
    /// Who did it, or for whom.
    pub by: String,
    /// The kind of the fact.
    pub kind: String,
    /// From this day on.
    pub from: String,
    /// Up to this day, with it.
    pub to: String,
}

/// What somebody did.
#[derive(Clone, Debug)]
pub struct DeedView {
    /// When they did it.
    pub when: When,
    /// What people call whoever did it.
    pub by: String,
    /// All that they did.
    pub by_href: Option<Href>,
    /// What they did, in words.
    pub says: String,
    /// Why, in words.
    pub why: String,
    /// What it is about: what it is called, and its page.
    pub about: Option<(String, Href)>,
    /// All that was done to it.
    pub story: Option<Href>,
    /// The kind of the fact and its place in the journal.
    pub id: String,
}

/// What came of looking through the journal.
#[derive(Clone, Debug)]
pub struct VerdictView {
    /// Whether it is what was written.
    pub sound: bool,
    /// How many entries were looked at.
    pub entries: u64,
    /// The hash over all of them.
    pub head: String,
    /// How long it took.
    pub took: String,
    /// What is wrong: its code, where, and what to do.
    pub problems: Vec<(String, String, String)>,
}

/// The page.
pub fn page(view: &AuditView) -> Markup {
    html! {
        div.wide {
            (head(
                "Audit",
                "Who did what, when and why, as the journal has it. Readings of personal data and exports are deeds, too.",
                &html! {},
            ))
            div.main-and-side {
                div {
                    (card("Find", "the address holds what you ask for, and can be sent to somebody", &search(view)))
                    (card("Deeds", "the newest first; times are in UTC", &deeds(view)))
                }
                (card("The journal", "", &journal(view)))
            }
        }
    }
}

fn search(view: &AuditView) -> Markup {
    let AskedView { handoff, by, kind, from, to } = &view.asked;
    html! {
        form.one-line.fields method="get" action="/audit" role="search" aria-label="Deeds" {
            label { "Handoff" input type="text" name="handoff" value=(handoff) autocomplete="off"; }
            label { "Member, user or key" input type="text" name="by" value=(by) autocomplete="off"; }
            label {
                "Kind"
                select name="kind" {
                    option value="" { "All" }
                    @for choice in &view.kinds {
                        option value=(choice.value) selected[choice.value == *kind] { (choice.says) }
                    }
                }
            }
            label { "From" input type="date" name="from" value=(from); }
            label { "To" input type="date" name="to" value=(to); }
            div.foot { button.primary type="submit" { "Find" } }
        }
    }
}

fn deeds(view: &AuditView) -> Markup {
    let columns = ["When", "Who", "What and why", "About"].map(Column::words);
    let rows: Vec<Vec<Cell>> = view.deeds.iter().map(row).collect();
    html! {
        (narrowed(&view.narrowed))
        @if rows.is_empty() {
            (empty(
                "No deed is found here",
                "What people do to leads, members, the strategy, users and data appears here as it happens.",
                Some("baton export --what facts"),
            ))
        } @else {
            (table("Deeds with who, why and what about", &columns, &rows))
        }
        @if let Some(next) = &view.next { p { a.next href=(next) { "Show earlier ones" } } }
    }
}

fn row(deed: &DeedView) -> Vec<Cell> {
    vec![
        Cell::of(html! { (deed.when) }),
        Cell::of(html! {
            @match &deed.by_href {
                Some(href) => a.plain href=(href) { (deed.by) },
                None => (deed.by),
            }
        }),
        Cell::of(html! { (deed.says) p.id { (deed.id) } }).with(deed.why.clone()),
        Cell::of(html! {
            @if let Some((name, href)) = &deed.about { a href=(href) { (name) } }
            @if let Some(story) = &deed.story { p { a href=(story) { "Its whole story" } } }
        }),
    ]
}

fn journal(view: &AuditView) -> Markup {
    html! {
        @match &view.verdict {
            None => p.quiet { "Every entry has a hash, and each hash holds the one before it." },
            Some(verdict) => (verdict_of(verdict)),
        }
        form method="post" action="/audit/verify" {
            (csrf(&view.csrf))
            div.foot {
                button type="submit" { "Look through the journal" }
                span { "Every hash is computed again and compared. Nothing changes." }
            }
        }
        p.quiet { "It shows damage. To show a rewriting, keep the hash where nobody here can write." }
    }
}

fn verdict_of(verdict: &VerdictView) -> Markup {
    html! {
        @if verdict.sound {
            p role="status" { strong { "It is what was written." } " " (count(verdict.entries, "entry", "entries")) ", in " (verdict.took) "." }
        } @else {
            div.empty.refused role="alert" {
                strong { (count(verdict.problems.len() as u64, "problem", "problems")) " in " (thousands(verdict.entries)) " entries" }
                ul.steps {
                    @for (code, place, help) in &verdict.problems { li { code { (code) } " " (place) ": " (help) } }
                }
            }
        }
        p.id { "hash of the whole " code.condition { (verdict.head) } }
    }
}
