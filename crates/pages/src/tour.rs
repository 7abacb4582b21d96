//! The demo's first page: who one can be, what happens now, what to try, and how to end it.

use maud::{Markup, html};

use crate::charts::columns;
use crate::parts::{Tone, chip, head};
use crate::text::{Href, When};

/// The tour.
#[derive(Clone, Debug)]
pub struct TourView {
    /// What is made up, and what time it is there.
    pub says: String,
    /// Whom one can be.
    pub roles: Vec<RoleView>,
    /// What to try first.
    pub first: Option<FirstView>,
    /// Where the demo's customer system shows what came to it.
    pub crm: Option<Href>,
    /// How one brings leads of one's own.
    pub own: Option<OwnFileView>,
    /// What happens now.
    pub streams: Vec<StreamView>,
    /// Things to try in a terminal: what each shows, and the command.
    pub commands: Vec<(String, String)>,
    /// The number that the world is made from.
    pub seed: String,
    /// Whether its folder stays when it ends.
    pub stays: bool,
}

/// Somebody whom one can be.
#[derive(Clone, Debug)]
pub struct RoleView {
    /// What they are called.
    pub name: String,
    /// What they are.
    pub role: String,
    /// What they see.
    pub says: String,
    /// Where one becomes them.
    pub to: Href,
    /// Where they begin.
    pub next: Href,
    /// What that is called.
    pub opens: String,
    /// Whether the reader is them.
    pub here: bool,
}

/// What to try first.
#[derive(Clone, Debug)]
pub struct FirstView {
    /// Where one becomes who it is for.
    pub to: Href,
    /// Where it begins.
    pub next: Href,
    /// What its button says.
    pub button: String,
    /// What to do, one after another. Text in backquotes is a key.
    pub steps: Vec<String>,
}

/// The way to leads of one's own.
#[derive(Clone, Debug)]
pub struct OwnFileView {
    /// Where one becomes who may import.
    pub to: Href,
    /// Where it begins.
    pub next: Href,
    /// What its button says.
    pub button: String,
}

/// Something that goes on by itself.
#[derive(Clone, Debug)]
pub struct StreamView {
    /// What goes on.
    pub title: String,
    /// How many, and of what.
    pub count: String,
    /// What belongs to the number.
    pub says: String,
    /// How many in each of the last minutes.
    pub minutes: Vec<u64>,
    /// The newest.
    pub rows: Vec<StreamRow>,
}

/// One thing that went on.
#[derive(Clone, Debug)]
pub struct StreamRow {
    /// When it went on.
    pub when: When,
    /// What, in a word.
    pub what: String,
    /// More of it.
    pub says: String,
}

/// The page.
pub fn page(view: &TourView) -> Markup {
    html! {
        div.wide {
            (head("Who would you like to be?", &view.says, &html! {}))
            div.tour {
                div.roles { @for role in &view.roles { (one(role)) } }
                @if let Some(first) = &view.first { (first_thing(first, view.crm.as_ref())) }
            }
            @if !view.streams.is_empty() { (streams(view)) }
            @if !view.commands.is_empty() { (commands(view)) }
            @if let Some(own) = &view.own { (own_file(own)) }
            section.card.three {
                div {
                    h2 { "End it" }
                    p {
                        kbd { "Ctrl" } " " kbd { "C" } " in its terminal. Work under way is finished"
                        @if view.stays { "; its folder stays." } @else { ", then its folder is removed." }
                    }
                }
                div { h2 { "Keep it" } p { "Begin it with " code { "baton demo --data ./demo" } } }
                div { h2 { "Again" } p { code { "baton demo --seed " (view.seed) } " makes the same 90 days." } }
            }
        }
    }
}

fn one(role: &RoleView) -> Markup {
    html! {
        form.card.role method="post" action=(role.to) {
            input type="hidden" name="next" value=(role.next);
            h2 { (role.name) (chip(if role.here { Tone::Good } else { Tone::Plain }, &role.role)) }
            p { (role.says) }
            div.foot {
                button.linklike.be type="submit" { "Be " (role.name.split(' ').next().unwrap_or_default()) }
                span { "opens " (role.opens) }
            }
        }
    }
}

fn own_file(own: &OwnFileView) -> Markup {
    html! {
        form.card.own method="post" action=(own.to) {
            input type="hidden" name="next" value=(own.next);
            h2 { "Now your own file" }
            p {
                "Take a list of leads as your tools export it, as CSV or JSON lines. It is looked through before \
                 anything is kept: which columns mean what, and what becomes of each row. Whatever you bring stays on \
                 this machine."
            }
            button type="submit" { (own.button) }
        }
    }
}

fn first_thing(first: &FirstView, crm: Option<&Href>) -> Markup {
    html! {
        form.card.try method="post" action=(first.to) {
            input type="hidden" name="next" value=(first.next);
            h2 { "Try this first" (chip(Tone::Good, "1 minute")) }
            ol { @for step in &first.steps { li { (with_keys(step)) } } }
            button.primary type="submit" { (first.button) }
            @if let Some(crm) = crm {
                p {
                    a href=(crm) target="_blank" rel="noopener" { "Open the demo\u{2019}s CRM" }
                    " to see what came to it; it stands at an address of its own."
                }
            }
        }
    }
}

/// A text whose keys, in backquotes, look like keys.
fn with_keys(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { kbd { (part) } } @else { (part) }
        }
    }
}

fn streams(view: &TourView) -> Markup {
    html! {
        section.card.three.streams {
            @for stream in &view.streams {
                div {
                    h2 { (stream.title) }
                    p.figure { b { (stream.count) } " " (stream.says) }
                    (columns(&format!("{} in each of the last minutes", stream.title), &stream.minutes))
                    ul {
                        @for row in &stream.rows {
                            li { (row.when) span { b { (row.what) } " " (row.says) } }
                        }
                    }
                }
            }
        }
    }
}

fn commands(view: &TourView) -> Markup {
    html! {
        details.card.commands {
            summary { "The same in a terminal" span { (view.commands.len()) " commands" } }
            dl {
                @for (says, command) in &view.commands { dt { (says) } dd { code { (command) } } }
            }
        }
    }
}
