//! The quarantine: what is held, for which one cause, and what frees most of it.

use maud::{Markup, html};

use crate::parts::{Act, Cell, Column, act, empty, head, table};
use crate::text::{Href, When, count, thousands};

/// What is held.
#[derive(Clone, Debug)]
pub struct QuarantineView {
    /// How many entries are held.
    pub held: u64,
    /// Whether there are more than were looked at.
    pub more: bool,
    /// Since when the oldest of them is.
    pub oldest: Option<When>,
    /// By cause, the one that holds most first.
    pub causes: Vec<CauseView>,
    /// The cause that is looked at.
    pub shown: Option<ShownCause>,
}

/// One cause, about one field of one source.
#[derive(Clone, Debug)]
pub struct CauseView {
    /// What it is, in words.
    pub says: String,
    /// The field and the source.
    pub about: String,
    /// How many entries it holds.
    pub count: u64,
    /// Its entries.
    pub href: Href,
    /// Whether it is the one that is looked at.
    pub here: bool,
}

/// The cause that is looked at.
#[derive(Clone, Debug)]
pub struct ShownCause {
    /// What it is, in words.
    pub title: String,
    /// What it means.
    pub says: String,
    /// Its code.
    pub code: String,
    /// The command that frees most of it.
    pub command: String,
    /// Its entries, the newest.
    pub entries: Vec<HeldView>,
    /// How many are not listed.
    pub more: u64,
    /// What can be done to them; nothing for who may only look.
    pub deeds: Option<HeldDeeds>,
}

/// What can be done to entries that are held for one thing.
#[derive(Clone, Debug)]
pub struct HeldDeeds {
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// How many entries it is about.
    pub count: u64,
    /// What says which entries, as hidden fields of each form.
    pub key: Vec<(&'static str, String)>,
    /// Put a value in place: where, and the field.
    pub repair: Option<(Href, String)>,
    /// Let them in as they are.
    pub release: Href,
    /// Throw them away.
    pub discard: Href,
    /// All entries of the cause, where one of them is looked at.
    pub all: Option<Href>,
}

/// An entry that is held.
#[derive(Clone, Debug)]
pub struct HeldView {
    /// Where it came from: the source, and the line of its file.
    pub from: String,
    /// Since when.
    pub since: When,
    /// Its id.
    pub id: String,
    /// This entry by itself.
    pub href: Href,
}

/// The page.
pub fn page(view: &QuarantineView) -> Markup {
    let more = if view.more { "+" } else { "" };
    let says = format!(
        "{}{more} held, by cause. Nothing is lost: what is repaired runs again in its first order.",
        thousands(view.held)
    );
    html! {
        div.wide {
            (head("Quarantine", &says, &html! {
                @if let Some(oldest) = &view.oldest { span.chip { "oldest " (oldest) } }
            }))
            @if view.causes.is_empty() {
                section.card {
                    (empty(
                        "Nothing is held",
                        "A signal that cannot be read, or that its contract does not let through, waits here with its cause.",
                        Some("baton quarantine list"),
                    ))
                }
            } @else {
                div.list-and-detail {
                    section.card.causes aria-label="Causes" {
                        ul.rows {
                            @for cause in &view.causes {
                                li {
                                    a href=(cause.href) aria-current=[cause.here.then_some("true")] {
                                        span.what { (cause.says) }
                                        b { (thousands(cause.count)) }
                                        span.says { (cause.about) }
                                    }
                                }
                            }
                        }
                    }
                    @if let Some(shown) = &view.shown { (detail(shown)) }
                }
            }
        }
    }
}

fn detail(shown: &ShownCause) -> Markup {
    const COLUMNS: [Column; 3] =
        [Column::words("From"), Column::words("Held since"), Column::words("Entry")];
    let row = |held: &HeldView| {
        vec![
            Cell::text(&held.from),
            Cell::of(html! { (held.since) }),
            Cell::of(html! { a.id href=(held.href) { (held.id) } }),
        ]
    };
    let rows: Vec<Vec<Cell>> = shown.entries.iter().map(row).collect();
    html! {
        section.card {
            h2 { (shown.title) }
            p.quiet { (shown.says) }
            @if let Some(deeds) = &shown.deeds { (deeds_of(deeds)) }
            h3 { "What frees most of it, on the command line" }
            pre.command { (shown.command) }
            (table("Entries that this cause holds", &COLUMNS, &rows))
            @if shown.more > 0 { p.quiet { "and " (count(shown.more, "more", "more")) } }
            p.id { "code " code { (shown.code) } }
        }
    }
}

/// Each says how many entries it is about, and what happens to them, before it is done.
fn deeds_of(deeds: &HeldDeeds) -> Markup {
    let HeldDeeds { csrf, count: about, key, repair, release, discard, all } = deeds;
    let entries = count(*about, "entry", "entries");
    let of = |says, to, does| Act { says, key: None, to, csrf, version: *about, does };
    let hidden = html! {
        @for (name, value) in key { input type="hidden" name=(name) value=(value); }
        input type="hidden" name="count" value=(about);
    };
    let repairs = format!("Repair {entries}…");
    let releases = format!("Let {entries} in as they are…");
    let discards = format!("Discard {entries}…");
    let does_repair = format!("Repair {entries} and let them in");
    let does_release = format!("Let {entries} in");
    let does_discard = format!("Discard {entries}");
    html! {
        div.actions {
            @if let Some((to, field)) = repair {
                (act(
                    &of(&repairs, to, (&does_repair, "What fits then goes on in its first order; what is still wrong is told.")),
                    &html! {
                        (hidden)
                        label for="held-value" { "Stands in " code { (field) } " from here on" }
                        input #held-value name="value" required maxlength="4000" autocomplete="off";
                    },
                ))
            }
            (act(
                &of(&releases, release, (&does_release, "Each is checked again; what does not fit stays here.")),
                &hidden,
            ))
            (act(
                &of(&discards, discard, (&does_discard, "They are let in no more. That they were here stays in the journal.")),
                &hidden,
            ))
            @if let Some(all) = all { a.button href=(all) { "All of this cause" } }
        }
    }
}
